/*
 * Objects that carry a secret and never show it: not when printed, not when serialised, not when spread.
 *
 * It knows nothing of what the secret is for.
 */
import { inspect } from 'node:util'

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]'

/**
 * Creates a frozen object with the members of `open` in sight and those of `secrets` behind getters that no
 * enumeration reaches. `util.inspect`, `toString` and `JSON.stringify` name the secrets that are there, each as
 * `[redacted]`. A secret that is `undefined` is left out altogether.
 */
export function createRedacted<Open extends object, Secrets extends object>(
  title: string,
  open: Open,
  secrets: Secrets,
): Readonly<Open & Secrets> {
  const present = Object.entries({ ...secrets } as Record<string, unknown>).filter(
    ([, secret]) => secret !== undefined,
  )
  const shown = { ...open, ...Object.fromEntries(present.map(([name]) => [name, REDACTED])) }
  const presentation = {
    toJSON: () => shown,
    toString: () => `${title} ${REDACTED}`,
    [inspect.custom]: () => `${title} ${inspect(shown)}`,
  }
  const object = Object.create(Object.freeze(presentation), {
    ...Object.getOwnPropertyDescriptors(open),
    ...Object.fromEntries(present.map(([name, secret]) => [name, { get: () => secret }])),
  }) as Open & Secrets
  return Object.freeze(object)
}
