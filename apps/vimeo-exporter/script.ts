/*
 * Six pages that take a person's videos home from Vimeo. Each page is a function, and runs from its first line
 * whenever something on it is pressed or changed.
 */
import {
  app,
  button,
  checkbox,
  connect,
  dataGrid,
  downloadButton,
  folderButton,
  heading,
  info,
  isThroughlineError,
  link,
  linkListButton,
  markdown,
  progress,
  rerun,
  select,
  sessionState,
  signOut,
  stop,
  success,
  switchPage,
  text,
  textInput,
  userRecord,
  warning,
  type Connection,
  type DownloadOutcome,
  type SelectOption,
} from 'throughline'
import { vimeo } from 'throughline/providers'
import type { World } from './archive.ts'
import { createFilter, folderOptions, viewOptions, yearOptions } from './choices.ts'
import { gridOptions } from './columns.ts'
import { restOf, toOutcomeText } from './outcome.ts'
import { originalQuality, qualityOf, sizeOf, toChoiceSize, toQualityOptions } from './quality.ts'
import { reasonsOf, toReasonText } from './reason.ts'
import { placeOf } from './settings.ts'
import { createSource, type Source } from './source.ts'
import type { Video } from './video.ts'
import {
  keptText,
  listsText,
  termsText,
  toAccess,
  toCount,
  toFarewell,
  toListingText,
  toSize,
} from './words.ts'

const state = sessionState({
  acceptedTermsAt: null as Date | null,
  /** Who has seen the list of their videos to its end. */
  listedFor: '',
  /** Whose outcome this is: another account begins with none. */
  subject: '',
  outcome: null as DownloadOutcome | null,
  /** What the outcome was asked for: the rest is to be like it. */
  choice: { quality: originalQuality, captions: false, pictures: false },
  farewell: '',
})
const vimeoAccount = {
  provider: vimeo,
  scope: ['public', 'private'],
  optionalScope: ['video_files'],
  open: placeOf(process.env),
}
const userFields = { primaryEmail: '', acceptedTermsAt: null as Date | null }

function home() {
  heading('Take your videos home')
  if (state.farewell !== '') success(state.farewell)
  markdown('Fetch the videos of your **Vimeo** account, as you uploaded them.')
  markdown('1. Accept the terms\n2. Connect Vimeo\n3. Choose your videos\n4. Download them')
  if (button('Get started', { primary: true })) {
    state.farewell = ''
    switchPage('/terms')
  }
  link('What is kept about you', '/privacy')
}

function terms() {
  heading('Terms and conditions')
  markdown(termsText)
  const isAccepted = checkbox('I accept the terms and conditions', {
    value: state.acceptedTermsAt !== null,
  })
  state.acceptedTermsAt = isAccepted ? (state.acceptedTermsAt ?? new Date()) : null
  if (button('Continue', { primary: true, disabled: !isAccepted })) switchPage('/profile')
}

async function profile() {
  // A first visit ends here, with a button that leads to Vimeo. Below, the account is connected.
  const connection = await connected('Connect your account')

  const user = await userRecord(connection, userFields)
  heading(`${user.isNew ? 'Welcome' : 'Welcome back'}, ${connection.account.name}`)
  text('Where we can reach you about your videos, if you like.')
  const primaryEmail = textInput('Primary e-mail', { value: user.primaryEmail, type: 'email' })
  if (button('Save and continue', { primary: true })) {
    const acceptedTermsAt = user.acceptedTermsAt ?? state.acceptedTermsAt
    await user.save({ primaryEmail, acceptedTermsAt })
    switchPage('/videos')
  }
}

async function videos(source: Source) {
  const connection = await connected('Choose your videos')
  heading('Choose your videos')
  const all = await allVideos(source, connection)
  if (all.length === 0) {
    info('There are no videos in this Vimeo account.')
    stop()
  }
  const reasons = reasonsOf(all, await asked(source.facts(connection)))
  for (const { count, reason } of reasons) {
    warning(`${toCount(count, 'video')} without a file: ${toReasonText(reason)}`)
  }
  if (reasons.some(({ reason }) => ['reconnect', 'upgrade'].includes(reason.remedy))) {
    if (button('Disconnect Vimeo')) await disconnect(connection)
  }

  const shown = createFilter({
    words: textInput('Search', { placeholder: 'Words, then Enter' }),
    folder: selectAmong('Folder', folderOptions(all)),
    year: selectAmong('Year', yearOptions(all)),
    view: selectAmong('Who may see it', viewOptions(all)),
  })
  const chosen = dataGrid(all, { ...gridOptions, shown })
  if (reasons.some(({ reason }) => reason.remedy === 'ask-again')) {
    // Stops here, above all that needs files.
    const scope = [...vimeoAccount.scope, ...vimeoAccount.optionalScope]
    const message =
      'Allow this program to get links to your video files, or nothing can be downloaded.'
    await connect({ provider: vimeo, scope, message, label: 'Ask Vimeo again' })
  }
  const quality = qualityOf(select('Quality', toQualityOptions(all, chosen)))
  text(`${toCount(chosen.length, 'video')} chosen, ${toChoiceSize(sizeOf(chosen, quality))}`)
  const captions = checkbox('Captions and subtitles too')
  const pictures = checkbox('The picture of each video too')
  const choice = { quality, captions, pictures }

  // Nothing is fetched before the press; the outcome is there when the last byte has left.
  const disabled = chosen.length === 0
  const archived = downloadButton('Download', {
    file: 'vimeo-videos.zip',
    from: (onPreparing) => source.archive(connection, chosen, choice, onPreparing),
    disabled,
  })

  heading('Other ways', { level: 2 })
  const files = () => source.files(connection, chosen, quality)
  const saved = folderButton('Save into a folder', { files, disabled })
  markdown(listsText)
  for (const format of ['aria2', 'curl', 'wget'] as const) {
    const file = `vimeo-videos.${format}.txt`
    linkListButton(`List for ${format}`, { format, file, files, disabled })
  }

  const outcome = archived ?? saved
  if (outcome) {
    state.outcome = outcome
    state.choice = archived ? choice : { quality, captions: false, pictures: false }
    switchPage('/done')
  }
}

async function done(source: Source) {
  const connection = await connected('All done')
  const { outcome } = state
  if (outcome === null) switchPage('/videos')

  const { choice } = state
  const { files, failures } = outcome
  heading(failures.length === 0 ? 'All done' : 'Almost done')
  success(toOutcomeText(outcome))
  if (failures.length > 0) {
    warning(`Missing or damaged: ${toCount(failures.length, 'file')}.`)
    const columns = { title: 'Video', reason: 'What happened' }
    dataGrid([...failures], { key: 'failures', columns, pageSize: 25 })
    const rest = downloadButton('Download the rest', {
      file: 'vimeo-videos-rest.zip',
      from: (onPreparing) => source.archive(connection, restOf(outcome), choice, onPreparing),
    })
    if (rest) {
      state.outcome = rest
      rerun()
    }
  }
  dataGrid([...files], {
    key: 'files',
    rowKey: 'name',
    columns: { name: 'File', size: { label: 'Size', format: toSize, align: 'end' } },
    pageSize: 50,
  })
  if (button('Download more', { primary: failures.length === 0 })) switchPage('/videos')
  if (button('Disconnect Vimeo')) await disconnect(connection)
  link('What is kept about you', '/privacy')
}

async function privacy() {
  heading('What is kept about you')
  markdown(keptText)
  const connection = await connect({ ...vimeoAccount, label: 'Connect to see what is kept' })
  const user = await userRecord(connection, userFields)
  const rows = [
    { what: 'Vimeo account', kept: `${connection.account.name} (${connection.account.subject})` },
    { what: 'Access to it', kept: toAccess(connection.scope) },
    { what: 'Primary e-mail', kept: user.primaryEmail || 'none' },
    { what: 'Terms accepted', kept: user.acceptedTermsAt?.toUTCString() ?? 'not yet' },
  ]
  dataGrid(rows, { key: 'kept', rowKey: 'what', columns: { what: 'What', kept: 'As it is kept' } })
  if (button('Use another Vimeo account')) await connection.switchAccount()
  if (button('Disconnect Vimeo')) await disconnect(connection)
  const isSure = checkbox('Delete all of this, for good')
  if (button('Forget me', { disabled: !isSure })) {
    await user.forget()
    await connection.disconnect()
    signOut()
  }
}

/** The connection of a person who has accepted the terms; for all others the run ends here. */
async function connected(title: string): Promise<Connection> {
  if (state.acceptedTermsAt === null) switchPage('/terms')
  const connection = await connect({ ...vimeoAccount, heading: title })
  if (state.subject !== connection.account.subject) {
    state.subject = connection.account.subject
    state.outcome = null
  }
  return connection
}

/**
 * All videos. While they come for the first time, the page shows those that are there and ends here; then it runs
 * again. Later it waits for them: what was pressed below the list is not seen by a further run.
 */
async function allVideos(source: Source, connection: Connection): Promise<readonly Video[]> {
  const lists = source.list(connection)
  const first = await asked(lists.next())
  if (first.value?.isWhole === true) return first.value.videos

  const bar = progress(0, { text: 'Asking Vimeo for your videos…' })
  const arriving = async function* () {
    for (let next = first; next.done !== true; next = await asked(lists.next())) {
      const { videos: soFar, total } = next.value
      bar.update(total === 0 ? 0 : soFar.length / total, toListingText(next.value))
      yield soFar
    }
  }
  const { subject } = connection.account
  if (state.listedFor === subject) return (await Array.fromAsync(arriving())).at(-1) ?? []
  await dataGrid(arriving(), gridOptions)
  state.listedFor = subject
  return rerun()
}

/** What Vimeo answers; where it cannot, the page says so and shows one way on. */
async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    // The access has ended: the next run shows the button that leads to a new one.
    if (isThroughlineError(error, 'vault.needs-reconnect')) return rerun()
    if (!isThroughlineError(error) || error.attribution !== 'person') throw error
    warning(error.message)
    // The press itself is what tries again: its run asks anew.
    button('Try again', { primary: true })
    stop()
  }
}

/** A filter with nothing to choose among is left out. */
function selectAmong(label: string, options: readonly SelectOption[]): string {
  return options.length === 0 ? '' : select(label, options)
}

async function disconnect(connection: Connection): Promise<never> {
  const { revoked } = await connection.disconnect()
  state.outcome = null
  state.farewell = toFarewell(revoked)
  return switchPage('/')
}

/** The app; a test hands in a world of its own. */
export function createExporter(world: World = {}) {
  const source = createSource(world)
  return app({
    title: 'Take your videos home',
    pages: {
      '/': home,
      '/terms': terms,
      '/profile': profile,
      '/videos': () => videos(source),
      '/done': () => done(source),
      '/privacy': privacy,
    },
  })
}

export default createExporter()
