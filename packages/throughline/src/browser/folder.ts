/*
 * A program of its own, for pages with a folder button: lets the person pick a folder and saves files into it.
 *
 *   click → the picker (it needs the click) → the press, as any other → its files are listed → saved one by one → told
 *
 * What it shows stands in a shadow root beside the button, where no patch reaches; when the button comes back after it
 * was off the page, so does what is shown. A saving goes on whatever the page shows, as long as the document lives.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { FILES_EVENT, type FolderList } from '../protocol/folder.ts'
import { createJob, type Job } from './folder-job.ts'
import { createPanel, type Panel } from './folder-panel.ts'

/** Marks a document whose browser can. */
const ABLE_CLASS = 'tl-saves-folders'

type Pick = (options: { id: string; mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>

const panels = new Map<string, Panel>()
const jobs = new Map<string, Job>()
let picked: { readonly id: string; readonly folder: FileSystemDirectoryHandle } | undefined
let passing: HTMLElement | undefined

function start(pick: Pick): void {
  document.documentElement.classList.add(ABLE_CLASS)
  document.addEventListener(
    'submit',
    (event) => {
      const button = event.submitter
      if (!(button instanceof HTMLButtonElement) || !button.hasAttribute(ATTRIBUTE.saves)) return
      if (button === passing) return
      event.preventDefault()
      event.stopPropagation()
      if (jobs.get(button.value)?.isRunning() !== true) void press(pick, button)
    },
    { capture: true },
  )
  addEventListener(FILES_EVENT, ({ detail }: CustomEventInit<string>) => {
    if (picked === undefined || detail === undefined) return
    const { id, folder } = picked
    picked = undefined
    void save(id, folder, detail)
  })
  addEventListener('beforeunload', (event) => {
    if ([...jobs.values()].some((job) => job.isRunning())) event.preventDefault()
  })
  new MutationObserver(showPanels).observe(document.body, { childList: true, subtree: true })
}

async function press(pick: Pick, button: HTMLButtonElement): Promise<void> {
  const { value: id } = button
  try {
    const folder = await pick({ id: 'throughline', mode: 'readwrite' })
    picked = { id, folder }
  } catch (error) {
    // Whoever closes the picker has changed their mind.
    const isClosed = error instanceof DOMException && error.name === 'AbortError'
    if (!isClosed) panelOf(id).say(`No folder could be picked: ${String(error)}`)
    return
  }
  // The page may have been rendered anew meanwhile.
  const present = document.querySelector<HTMLButtonElement>(
    `button[${ATTRIBUTE.saves}][value="${CSS.escape(id)}"]`,
  )
  passing = present ?? undefined
  present?.form?.requestSubmit(present)
  passing = undefined
}

async function save(id: string, folder: FileSystemDirectoryHandle, url: string): Promise<void> {
  const panel = panelOf(id)
  panel.say('Looking up the files…')
  let list: FolderList
  try {
    const response = await fetch(url, { cache: 'no-store' })
    if (!response.ok) throw new Error(await response.text())
    list = (await response.json()) as FolderList
  } catch (error) {
    const reason = error instanceof TypeError ? 'The server can’t be reached.' : String(error)
    panel.say(reason, { 'Try again': () => void save(id, folder, url) })
    return
  }
  const job = createJob(folder, list.files, url, panel)
  jobs.set(id, job)
  await job.run()
}

function panelOf(id: string): Panel {
  const panel = panels.get(id) ?? createPanel()
  panels.set(id, panel)
  showPanels()
  return panel
}

/** Puts each panel beside its button, if that is on the page. */
function showPanels(): void {
  for (const [id, { root }] of panels) {
    const button = document.querySelector(`button[${ATTRIBUTE.saves}][value="${CSS.escape(id)}"]`)
    const host = button?.parentElement?.querySelector(`[${ATTRIBUTE.saving}]`)
    if (!host || host.shadowRoot?.contains(root) === true) continue
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    const sheet = document.querySelector('link[rel=stylesheet]')
    shadow.replaceChildren(...(sheet === null ? [] : [sheet.cloneNode()]), root)
  }
}

const { showDirectoryPicker } = window as { showDirectoryPicker?: Pick }
if (showDirectoryPicker !== undefined) start((options) => showDirectoryPicker.call(window, options))
