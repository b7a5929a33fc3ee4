/*
 * What an operator sets: where Vimeo's pages open.
 */
import type { ConnectRequest } from 'throughline'

type Place = NonNullable<ConnectRequest['open']>

const PLACES: readonly Place[] = ['same-tab', 'new-tab', 'popup']

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
