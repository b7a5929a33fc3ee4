/*
 * What a scanner finds: wapiti against the exporter beside its simulator, with every module that asks nobody else, and
 * as a page of ours, so that its forms get past the guards.
 *
 * Needs Debian's wapiti. Run: node --conditions=throughline-source bench/scan.ts [seconds at most]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExporter } from './started-exporter.ts'

const SECONDS = Number(process.argv[2] ?? 150)
/** Those that ask a server on the internet, download lists, or look for programs that this one is not. */
const WITHOUT = ['ssrf', 'xxe', 'nikto', 'wapp', 'htp', 'takeover', 'drupal_enum', 'wp_enum']

interface Finding {
  readonly method: string
  readonly path: string
  readonly info: string
}

const folder = mkdtempSync(join(tmpdir(), 'throughline-scan-'))
const report = join(folder, 'report.json')
const exporter = await startExporter()
try {
  const { origin } = exporter
  const modules = ['all', ...WITHOUT.map((name) => `-${name}`)].join(',')
  const args = ['-u', `${origin}/`, '--scope', 'folder', '-m', modules, '-H', `Origin: ${origin}`]
  args.push('--max-scan-time', String(SECONDS), '--max-attack-time', '20', '--flush-session')
  args.push('--store-session', folder, '--no-bugreport', '-f', 'json', '-o', report)
  const child = spawn('wapiti', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const deadline = setTimeout(() => child.kill('SIGKILL'), (SECONDS + 60) * 1000)
  await once(child, 'close')
  clearTimeout(deadline)
  const said = JSON.parse(readFileSync(report, 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, readonly Finding[]>>>
  >
  for (const part of ['vulnerabilities', 'anomalies', 'additionals']) {
    for (const [name, findings] of Object.entries(said[part] ?? {})) {
      for (const { method, path, info } of findings)
        console.log(`${name}: ${method} ${path}: ${info}`)
    }
  }
  console.log(`the exporter wrote ${exporter.errors().length} characters of errors`)
  console.log(exporter.errors().slice(0, 2000))
} finally {
  await exporter.end()
  rmSync(folder, { recursive: true, force: true })
}
