/*
 * An app as its author declares it: a title, and pages that are functions.
 */
import { ThroughlineError } from '../base/error.ts'
import { isReservedPath } from '../protocol/paths.ts'

/** A page's script: runs from its first line at every press. */
export type PageFunction = () => void | Promise<void>

/** What `app()` takes. */
export interface AppOptions {
  /** What the document is called. */
  readonly title: string
  /** Page functions by path; `/` is where people arrive. */
  readonly pages: Readonly<Record<string, PageFunction>>
  /** Providers besides those of the catalogue, as records. */
  readonly providers?: readonly NamedProvider[]
  /** Language of the pages, for screen readers and hyphenation (`en`). */
  readonly lang?: string
}

/** What is asked of a provider record here; the rest is checked at start-up. */
export interface NamedProvider {
  readonly name: string
}

/** A checked app. */
export interface App {
  readonly title: string
  readonly lang: string
  readonly pages: ReadonlyMap<string, PageFunction>
  readonly providers: readonly NamedProvider[]
}

const PAGE_PATH = /^\/(?:[A-Za-z0-9_~.-]+(?:\/[A-Za-z0-9_~.-]+)*)?$/

/**
 * Declares an app: the default export of a script.
 *
 * @param declaration One function (the whole app at `/`), or a title and pages.
 * @throws `script.bad-page` when a path cannot be one.
 */
export function app(declaration: PageFunction | AppOptions): App {
  if (typeof declaration === 'function') {
    const title = declaration.name === '' ? 'Throughline' : declaration.name
    return { title, lang: 'en', pages: new Map([['/', declaration]]), providers: [] }
  }
  const pages = new Map(Object.entries(declaration.pages))
  if (pages.size === 0) throw badPage('An app needs at least one page. Pass pages: { "/": home }.')
  for (const [path, page] of pages) assertPage(path, page)
  const { title, lang = 'en', providers = [] } = declaration
  return { title, lang, pages, providers }
}

/** Tells whether a value is what `app()` returns. */
export function isApp(value: unknown): value is App {
  return (
    typeof value === 'object' && value !== null && 'pages' in value && value.pages instanceof Map
  )
}

/** Tells whether a path may be a page's: it leads nowhere but into the app, whatever it is written into. */
export function isPagePath(path: string): boolean {
  return PAGE_PATH.test(path) && !path.split('/').some((part) => part === '.' || part === '..')
}

function assertPage(path: string, page: unknown): void {
  if (typeof page !== 'function') {
    throw badPage(
      `Page "${path}" is ${typeof page}, expected a function. Pass the function itself, uncalled.`,
    )
  }
  if (!isPagePath(path)) {
    throw badPage(
      `"${path}" cannot be a page's path. Write a path such as "/videos": it starts with a slash, does not end ` +
        'with one, and holds letters, digits and - . _ ~ only.',
    )
  }
  if (isReservedPath(path)) {
    throw badPage(`"${path}" is a path of Throughline's own. Choose another path for this page.`)
  }
}

function badPage(message: string): ThroughlineError {
  return new ThroughlineError('script.bad-page', message, { attribution: 'script' })
}
