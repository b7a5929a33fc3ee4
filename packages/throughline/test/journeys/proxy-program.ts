/*
 * Finds nginx and Caddy for tests: the one that `NGINX_PATH` or `CADDY_PATH` names, else the system's, else Debian's
 * package, unpacked into the folder for temporary files and never installed.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** A proxy by the name of its program and its package. */
export type ProxyName = 'nginx' | 'caddy'

/** Debian keeps nginx where only root looks. */
const FOLDERS = ['/usr/sbin', '/usr/bin']

/**
 * Finds a proxy's program.
 *
 * @throws `Error` with what to do, where there is none and Debian's cannot be had.
 */
export function findProxy(name: ProxyName): string {
  const variable = `${name.toUpperCase()}_PATH`
  const named = process.env[variable]
  if (named !== undefined && named !== '') return named
  const unpacked = join(tmpdir(), `throughline-${name}`)
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...FOLDERS,
    ...FOLDERS.map((folder) => join(unpacked, folder)),
  ]
  const find = () => folders.map((folder) => join(folder, name)).find(existsSync)
  const found = find() ?? (unpack(name, unpacked), find())
  if (found !== undefined) return found
  throw new Error(
    `No ${name} on this machine, and Debian's package could not be fetched. Install it ` +
      `(Debian: apt-get update && apt-get install ${name}), or name one: ${variable}=/path/to/${name}.`,
  )
}

/** Leaves nothing where that fails; of two at once the first one stays. */
function unpack(name: ProxyName, folder: string): void {
  const work = mkdtempSync(`${folder}-`)
  try {
    mkdirSync(join(work, 'whole'))
    // What it says is for whoever installs; the sentence of `findProxy` is for whoever tests.
    execFileSync('apt-get', ['download', '--quiet', name], { cwd: work, stdio: 'ignore' })
    const [file = ''] = readdirSync(work).filter((one) => one.endsWith('.deb'))
    execFileSync('dpkg-deb', ['--extract', join(work, file), join(work, 'whole')])
    renameSync(join(work, 'whole'), folder)
  } catch {
    // There is none, or another test was first.
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
