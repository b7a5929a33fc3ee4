/*
 * The providers that every program knows by name.
 */
import type { Provider } from './provider.ts'
import { vimeo } from './vimeo.ts'

/** Every record of ours. */
export const catalogue: readonly Provider[] = Object.freeze([vimeo])
