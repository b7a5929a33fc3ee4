/*
 * Who may import whom: reads the table in ARCHITECTURE.md and compares it with what the code imports.
 *
 * A test may reach further than the module it tests, so `*.test.ts` is bound only by the borders between
 * workspaces. A check that read no row or no module throws: a green light must have looked at something.
 */
import type { Import, Module } from './modules.ts'

/** One row of the table. */
export interface Layer {
  readonly folder: string
  readonly mayImport: ReadonlySet<string>
  /** Folders of which only types may be imported. */
  readonly typesOnly: ReadonlySet<string>
}

const HEADING = 'Who may import whom'
const DOORS = 'src/*.ts'
const SOURCE = 'packages/throughline/src/'

/**
 * Reads the table below the heading "Who may import whom". Cells may hold `nothing of ours`, `all above`,
 * `all above but a, b`, or folders, each perhaps followed by `(types)`.
 *
 * @throws `Error` where the heading, a row or a folder's name is missing.
 */
export function readLayers(markdown: string): Layer[] {
  const [, after] = markdown.split(new RegExp(`^#+ ${HEADING}\\s*$`, 'm'))
  if (after === undefined) throw new Error(`ARCHITECTURE.md has no heading "${HEADING}".`)
  const [section = ''] = after.split(/^#+ /m)

  const layers: Layer[] = []
  for (const line of section.split('\n')) {
    const [, folder, , allowed] = line
      .replaceAll(/[`*]/g, '')
      .split('|')
      .map((cell) => cell.trim())
    if (folder === undefined || allowed === undefined) continue
    if (folder === 'folder' || /^:?-+:?$/.test(folder) || line.includes(DOORS)) continue
    layers.push(
      readLayer(
        folder,
        allowed,
        layers.map((layer) => layer.folder),
      ),
    )
  }
  if (layers.length === 0) throw new Error(`The table below "${HEADING}" has no row.`)

  const known = new Set(layers.map((layer) => layer.folder))
  for (const { folder, mayImport } of layers) {
    for (const other of mayImport) {
      if (!known.has(other)) throw new Error(`The row of "${folder}" names "${other}", no folder.`)
    }
  }
  return layers
}

function readLayer(folder: string, allowed: string, above: readonly string[]): Layer {
  if (allowed === 'nothing of ours') {
    return { folder, mayImport: new Set(), typesOnly: new Set() }
  }
  const [, allButThese] = /^all above(?: but (.*))?$/.exec(allowed) ?? [undefined, undefined]
  if (allowed.startsWith('all above')) {
    const excepted = (allButThese ?? '').split(',').map((name) => name.trim())
    const mayImport = above.filter((name) => !excepted.includes(name))
    return { folder, mayImport: new Set(mayImport), typesOnly: new Set() }
  }
  const names = allowed.split(',').map((name) => name.trim())
  const typesOnly = names.filter((name) => name.endsWith('(types)')).map(withoutNote)
  return { folder, mayImport: new Set(names.map(withoutNote)), typesOnly: new Set(typesOnly) }
}

function withoutNote(name: string): string {
  return name.replace(/\s*\(types\)$/, '')
}

/**
 * Lists what breaks the rules, one sentence each; empty where all is well.
 *
 * @throws `Error` where there is no module of the package to look at.
 */
export function findViolations(modules: readonly Module[], layers: readonly Layer[]): string[] {
  const folders = new Set(
    modules.map(({ file }) => folderOf(file)).filter((folder) => folder !== undefined),
  )
  if (folders.size === 0) throw new Error(`No module was found in ${SOURCE}.`)

  const inTable = new Map(layers.map((layer) => [layer.folder, layer]))
  const violations: string[] = []
  for (const folder of folders) {
    if (!inTable.has(folder)) violations.push(`the folder "${folder}" is not in the table`)
  }
  for (const folder of inTable.keys()) {
    if (!folders.has(folder)) violations.push(`the table has "${folder}", which holds no module`)
  }
  for (const { file, imports } of modules) {
    if (/\/src\/.+\/index\.ts$|^apps\/.+\/.+\/index\.ts$/.test(file)) {
      violations.push(`${file}: a folder has no index.ts; import the file that is meant`)
    }
    for (const one of imports) {
      const reason = reasonAgainst(file, one, inTable)
      if (reason !== undefined) {
        violations.push(`${file} imports ${one.specifier || 'a computed path'}: ${reason}`)
      }
    }
  }
  return violations
}

function reasonAgainst(
  file: string,
  one: Import,
  layers: ReadonlyMap<string, Layer>,
): string | undefined {
  if (file.startsWith('packages/simulators/')) return reasonAgainstSimulators(one)
  if (file.startsWith('apps/')) return reasonAgainstApps(file, one)
  if (!file.startsWith(SOURCE)) return undefined

  if (isOurs(one, 'throughline')) return 'nothing imports a door'
  if (file.endsWith('.test.ts')) return undefined

  const from = folderOf(file)
  if (one.specifier === '') {
    return from === undefined ? undefined : 'only a door may import what it computes'
  }
  if (one.file === undefined) return undefined
  if (!one.file.startsWith(SOURCE)) return 'it lies outside of src'
  const to = folderOf(one.file)
  if (to === undefined) return 'nothing imports a door'
  if (from === undefined || from === to) return undefined
  const layer = layers.get(from)
  if (layer === undefined) return undefined
  if (!layer.mayImport.has(to)) return `${from} may not import ${to}`
  if (layer.typesOnly.has(to) && !one.isType) return `${from} may import only types of ${to}`
  return undefined
}

function reasonAgainstSimulators(one: Import): string | undefined {
  const isOutside = one.file !== undefined && !one.file.startsWith('packages/simulators/')
  if (!isOutside && !isOurs(one, 'throughline')) return undefined
  return 'a simulator knows nothing of Throughline'
}

function reasonAgainstApps(file: string, one: Import): string | undefined {
  const isTest = isForTests(file)
  const own = file.split('/').slice(0, 2).join('/')
  if (one.file === undefined) {
    if (isTest || !isOurs(one, 'throughline-simulators')) return undefined
    return 'only a test of an app may import a simulator'
  }
  if (one.file.startsWith(`${own}/`)) {
    return isTest || !isForTests(one.file) ? undefined : 'it is for tests alone'
  }
  if (isTest && one.file.startsWith('packages/simulators/')) return undefined
  return 'an app imports the doors (`throughline`, `throughline/…`) and its own files'
}

/** A test of an app, or what its tests share: `test-…ts` beside them. */
function isForTests(file: string): boolean {
  return /(?:\.test|\/test-[\w-]+)\.ts$/.test(file)
}

function isOurs(one: Import, packageName: string): boolean {
  return one.specifier === packageName || one.specifier.startsWith(`${packageName}/`)
}

/** The folder of a module of the package, undefined for a door and for files elsewhere. */
function folderOf(file: string): string | undefined {
  if (!file.startsWith(SOURCE)) return undefined
  const [folder, ...rest] = file.slice(SOURCE.length).split('/')
  return rest.length === 0 ? undefined : folder
}

/** Finds circles of imports; each is a list of files that ends where it began. Types count as well. */
export function findCycles(modules: readonly Module[]): string[][] {
  const imports = new Map(
    modules.map(({ file, imports }) => [file, imports.flatMap((one) => one.file ?? [])]),
  )
  const finished = new Set<string>()
  const cycles: string[][] = []
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file)
    if (start >= 0) cycles.push([...path.slice(start), file])
    if (start >= 0 || finished.has(file)) return
    for (const other of imports.get(file) ?? []) visit(other, [...path, file])
    finished.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return cycles
}
