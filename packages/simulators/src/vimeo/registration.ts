/*
 * What the simulator knows the app by, kept in a folder so that it is the same at every start.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createClientId, createClientSecret } from './secrets.ts'

/** What an app gets when it is registered. */
export interface Registration {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * Reads the registration of a folder; the first time it is made. Of two programs that start at once, the first one's
 * counts.
 *
 * @throws `Error` naming the folder where nothing can be written there.
 */
export function readRegistration(folder: string): Registration {
  const file = join(folder, 'simulator.json')
  if (!existsSync(file)) {
    const made = {
      clientId: createClientId(randomBytes),
      clientSecret: createClientSecret(randomBytes),
    }
    const draft = `${file}.${process.pid}`
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(draft, JSON.stringify(made), { mode: 0o600 })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const advice = 'Set THROUGHLINE_DATA to a folder that may be made and written to.'
      throw new Error(`The data folder ${folder} cannot be used (${code}). ${advice}`, {
        cause: error,
      })
    }
    try {
      linkSync(draft, file)
    } catch (error) {
      if (!existsSync(file)) throw error
    } finally {
      unlinkSync(draft)
    }
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Registration
}
