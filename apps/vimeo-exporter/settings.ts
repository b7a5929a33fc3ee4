/*
 * What an operator sets: where Vimeo's pages open.
 */
const PLACES = ['same-tab', 'new-tab', 'popup'] as const

/** Where Vimeo's pages may open. */
export type Place = (typeof PLACES)[number]

/**
 * Reads `VIMEO_OPENS_IN` (`same-tab`).
 *
 * @throws `Error` with the values that there are.
 */
export function placeOf({ VIMEO_OPENS_IN: said = 'same-tab' }: NodeJS.ProcessEnv): Place {
  const place = PLACES.find((one) => one === said)
  if (place !== undefined) return place
  throw new Error(
    `VIMEO_OPENS_IN is ${JSON.stringify(said)}. It takes ${PLACES.join(', ')}; without it, Vimeo opens in the same tab.`,
  )
}
