/*
 * The providers that every program knows by name.
 */
import { discord } from './discord.ts'
import { dropbox } from './dropbox.ts'
import { github } from './github.ts'
import { google } from './google.ts'
import { linkedin } from './linkedin.ts'
import { microsoft } from './microsoft.ts'
import { notion } from './notion.ts'
import type { Provider } from './provider.ts'
import { slack } from './slack.ts'
import { spotify } from './spotify.ts'
import { strava } from './strava.ts'
import { vimeo } from './vimeo.ts'
import { zoom } from './zoom.ts'

/** Every record of ours, by name. */
export const catalogue: readonly Provider[] = Object.freeze([
  discord,
  dropbox,
  github,
  google,
  linkedin,
  microsoft,
  notion,
  slack,
  spotify,
  strava,
  vimeo,
  zoom,
])
