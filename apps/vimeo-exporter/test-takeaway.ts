/*
 * For tests: a person who takes two videos home under one setting of the simulator, and says in words what they got.
 * Time is the world's: a pause costs none.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ConsentChoice, Tab } from 'throughline/testing'
import {
  shippedClips,
  type VimeoSimulatorOptions,
} from '../../packages/simulators/src/vimeo/start.ts'
import type { VimeoSwitches } from '../../packages/simulators/src/vimeo/switches.ts'
import type { World } from './archive.ts'
import type { ManifestEntry } from './manifest.ts'
import { createExporter } from './script.ts'
import { WHOLE } from './test-answers.ts'
import { acceptTerms, startStory } from './test-story.ts'
import { readZip } from './test-zip.ts'

/** What is so, and what the person does, apart from the ordinary. */
export interface Circumstances {
  /** Switches from the start. */
  readonly set?: Partial<VimeoSwitches>
  /** Switches from the press of Download on. */
  readonly onDownload?: Partial<VimeoSwitches>
  /** Switches from a request for a file's bytes on. */
  readonly amid?: Partial<VimeoSwitches>
  /** Which request that is (1, the first). */
  readonly amidRequest?: number
  /** Seconds that pass then; before the press of Download where nothing is switched amid. */
  readonly seconds?: number
  /** Who signs in, and what they allow at the first time (Ada Example, all). */
  readonly choice?: ConsentChoice
  /** What the simulator's library holds. */
  readonly library?: VimeoSimulatorOptions['library']
  /** Whether the person takes the first video alone, without captions. */
  readonly takesOne?: boolean
  /** The person disconnects in the end, after so many seconds. */
  readonly disconnectsAfter?: number
}

const TITLES = ['Harbour at dawn', 'Colour chart: 4/3, "final" <v2>']

/** The right files by name, each with the clip that the simulator has of it. */
const FILES: Readonly<Record<string, string>> = {
  'Harbour at dawn.mp4': 'harbour-at-dawn.mp4',
  'Harbour at dawn.de.vtt': 'harbour-at-dawn.de.vtt',
  'Harbour at dawn.en.vtt': 'harbour-at-dawn.en.vtt',
  "Colour chart- 4-3, 'final' v2.mp4": 'colour-test-chart.mp4',
}

/** Tells whether something falls silent: only there it is waited for, in the machine's own time. */
export function hasStalls(circumstances: Circumstances): boolean {
  return JSON.stringify(circumstances).includes('stall')
}

/** Short enough for a test, and long enough for a busy machine where something does come. */
const PATIENCE_MS = 1500
const SOME_BYTE = /byte [1-9]\d*/g
const TOLD_PAUSE_MS = 20_000

/** Lets a person take the videos home, and try once more where that brings less than all. */
export async function takeHome(t: TestContext, circumstances: Circumstances): Promise<string> {
  const {
    takesOne = false,
    set = {},
    onDownload = {},
    amid,
    amidRequest = 1,
    seconds = 0,
    choice = {},
    library,
  } = circumstances
  // Whole, as Vimeo's times are; and it stands still but for what passes below.
  const start = Math.floor(Date.now() / 1000) * 1000
  let ahead = 0
  let longest = 0
  let requests = 0
  /** Where a link has led: a step of its request, not another. */
  const steps = new Set<string>()
  const pass = (milliseconds: number) => {
    ahead += milliseconds
    vimeo.passSeconds(milliseconds / 1000)
    story.passTime({ seconds: milliseconds / 1000 })
  }
  const world: World = {
    now: () => start + ahead,
    wait: async (milliseconds) => {
      longest = Math.max(longest, milliseconds)
      pass(milliseconds)
    },
    ...(hasStalls(circumstances) && { stallAfter: PATIENCE_MS, answerWithin: PATIENCE_MS }),
    fetch: async (input, init) => {
      const isProbe = new Headers(init?.headers).get('range') === 'bytes=0-0'
      const { url } = new Request(input)
      const isCounted = !steps.delete(url) && !isProbe
      if (isCounted) requests += 1
      if (isCounted && requests === amidRequest && amid !== undefined) {
        vimeo.setSwitches(amid)
        pass(seconds * 1000)
      }
      const response = await fetch(input, init)
      const location = response.headers.get('location')
      if (location !== null) steps.add(new URL(location, url).href)
      return response
    },
  }
  const { story, vimeo } = await startStory(t, createExporter(world), {
    ...(library && { library }),
    now: () => new Date(start),
    switches: set,
  })
  const tab = await story.person('Ada Example').open('/')
  await acceptTerms(tab)

  const tries: string[] = []
  let isFirst = true
  while (tries.length < 2 && tries.at(-1) !== WHOLE) {
    tries.push(
      await tryOnce(tab, isFirst ? choice : {}, takesOne, () => {
        if (!isFirst) return
        vimeo.setSwitches(onDownload)
        if (amid === undefined) pass(seconds * 1000)
      }),
    )
    isFirst = false
  }
  const { disconnectsAfter } = circumstances
  if (disconnectsAfter !== undefined) {
    pass(disconnectsAfter * 1000)
    await tab.press('Disconnect Vimeo')
    tries.push(`on disconnecting: “${told(tab)}”`)
  }
  const pause = longest < TOLD_PAUSE_MS ? '' : `after a pause of ${Math.round(longest / 1000)} s: `
  // Where it falls silent, it depends on the machine how far it came.
  const gets = hasStalls(circumstances)
    ? tries.map((one) => one.replaceAll(SOME_BYTE, 'byte N'))
    : tries
  return pause + [...new Set(gets)].join('; then ')
}

/** One try from the page on which the person is. */
async function tryOnce(
  tab: Tab,
  choice: ConsentChoice,
  takesOne: boolean,
  onDownload: () => void,
): Promise<string> {
  if (tab.buttons.includes('Download the rest')) {
    const rest = await downloaded(tab, 'Download the rest')
    return typeof rest === 'number' ? `the other ${rest}, whole` : rest
  }
  if (tab.path !== '/profile') await tab.go('/videos')
  if (tab.html.includes('connect-button:')) {
    const away = await tab.connect(choice).catch(toMessage)
    if (away !== undefined) return `no way back from Vimeo: “${away}”`
    if (tab.path !== '/videos' && tab.html.includes('connect-button:'))
      return `no connection: “${told(tab)}”`
  }
  if (tab.path === '/profile') await tab.press('Save and continue')
  if (!tab.inputs.includes('videos')) return `no list: “${told(tab)}”`
  if (told(tab) !== '') return `no file: “${told(tab)}”`
  await tab.choose('videos', ...(takesOne ? TITLES.slice(0, 1) : TITLES))
  await tab.set('Captions and subtitles too', !takesOne)
  onDownload()
  const brought = await downloaded(tab, 'Download')
  if (typeof brought === 'string') return brought
  assert.equal(brought, takesOne ? 1 : Object.keys(FILES).length)
  return WHOLE
}

/** What a download brings: so many whole files, or less than all, in words. */
async function downloaded(tab: Tab, button: string): Promise<string | number> {
  let zip: Uint8Array
  try {
    zip = (await tab.download(button)).bytes
  } catch (error) {
    const [, page] = /^No file was sent: (.*)$/s.exec(toMessage(error)) ?? []
    if (page === undefined) throw error
    const [, reason] =
      /^The file could not be made (.*) Nothing was downloaded\. Go back$/s.exec(page) ?? []
    if (reason !== undefined) return `no ZIP: “${reason}”`
    await tab.go('/videos')
    assert.ok(tab.html.includes('connect-button:'), page)
    return `no ZIP: “${told(tab)}”`
  }
  return checked(zip, tab)
}

/** Compares the archive with the clips and with its manifest, and the manifest with the page. */
async function checked(zip: Uint8Array, tab: Tab): Promise<string | number> {
  const files = readZip(zip)
  const manifest = JSON.parse(String(files.get('manifest.json'))) as { files: ManifestEntry[] }
  const names = manifest.files.flatMap(({ name }) => name ?? [])
  assert.deepEqual([...files.keys()], [...names, 'manifest.json'])
  const reasons = new Map<string, string[]>()
  for (const { name, size, sent, sha256, state, reason } of manifest.files) {
    if (state !== 'whole') {
      assert.ok(tab.text.includes(reason ?? '?'), `The page tells: ${reason}`)
      reasons.set(state, [...(reasons.get(state) ?? []), reason ?? ''])
    }
    if (name === null) continue
    const clip = await readFile(
      join(shippedClips, FILES[name] ?? assert.fail(`Not asked for: ${name}`)),
    )
    const bytes = files.get(name) ?? assert.fail(`Not there: ${name}`)
    assert.equal(bytes.length, size)
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256)
    const zeros = Buffer.alloc(clip.length - (sent ?? 0))
    assert.deepEqual(bytes, Buffer.concat([clip.subarray(0, sent ?? 0), zeros]))
    if (state === 'whole') assert.equal(sent, clip.length)
  }
  assert.equal(tab.heading, reasons.size === 0 ? 'All done' : 'Almost done')
  const lost = [...reasons].map(
    ([state, all]) => `${all.length} ${state}: “${[...new Set(all)].join(' ')}”`,
  )
  const whole = manifest.files.filter(({ state }) => state === 'whole').length
  return lost.length === 0 ? whole : `a ZIP with ${whole} whole, ${lost.join(', ')}`
}

/** What the page says, apart from that the account is connected. */
function told({ notices }: Tab): string {
  return notices.filter((text) => !text.startsWith('Successfully connected')).join(' ')
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
