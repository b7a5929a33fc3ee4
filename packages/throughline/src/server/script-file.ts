/*
 * A script as a file: loaded as a module, its default export served. One that can't be loaded becomes an app whose
 * every page says why, so that the page heals when the script does.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ThroughlineError } from '../base/error.ts'
import { isReservedPath } from '../protocol/paths.ts'
import { app, isApp, isPagePath, type App, type PageFunction } from '../script/app.ts'

/** Imports a module by its URL. */
export type LoadModule = (url: string) => Promise<{ readonly default?: unknown }>

/**
 * Loads the app that a script exports by default.
 *
 * @throws `server.no-script` when there is no such file; `server.not-an-app` when its default export is not what
 *   `app()` returns; whatever the script throws.
 */
export async function loadScript(file: string, load: LoadModule): Promise<App> {
  const path = resolve(file)
  if (!existsSync(path)) {
    throw new ThroughlineError(
      'server.no-script',
      `There is no file ${path}. Pass the script's path: throughline run script.ts.`,
      { attribution: 'operator' },
    )
  }
  const { default: exported } = await load(pathToFileURL(path).href)
  if (isApp(exported)) return exported
  throw new ThroughlineError(
    'server.not-an-app',
    `${path} has ${exported === undefined ? 'no default export' : 'a default export that is no app'}. ` +
      'End the script with: export default app(…).',
    { attribution: 'script' },
  )
}

/** An app whose every page shows why the script could not be loaded. */
export function appOfError(error: unknown): App {
  return {
    ...app({ title: 'This script needs mending', pages: { '/': () => {} } }),
    pages: new EveryPage(error),
  }
}

/** Whatever page a person is on when a script breaks, that page says so. */
class EveryPage extends Map<string, PageFunction> {
  readonly #show: PageFunction

  constructor(error: unknown) {
    const show = () => {
      throw error
    }
    super([['/', show]])
    this.#show = show
  }

  override has(path: string): boolean {
    return isPagePath(path) && !isReservedPath(path)
  }

  override get(path: string): PageFunction | undefined {
    return this.has(path) ? this.#show : undefined
  }
}
