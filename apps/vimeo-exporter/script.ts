/*
 * Five pages that take a person's videos home from Vimeo. Each page is a function, and runs from its first line
 * whenever something on it is pressed or changed.
 */
import {
  app,
  button,
  cached,
  checkbox,
  connect,
  dataGrid,
  downloadButton,
  heading,
  info,
  markdown,
  sessionState,
  spinner,
  stop,
  success,
  switchPage,
  text,
  textInput,
  userRecord,
  warning,
  type DownloadOutcome,
} from 'throughline'
import { vimeo } from 'throughline/providers'
import { archiveOf } from './archive.ts'
import { originalQuality, sizeOf } from './quality.ts'
import { listVideos as listSteps } from './vimeo.ts'
import type { VimeoConnection } from './vimeo-request.ts'
import { noFilesText, termsText, toClock, toCount, toResolution, toSize } from './words.ts'

const state = sessionState({
  acceptedTermsAt: null as Date | null,
  chosen: [] as string[],
  outcome: null as DownloadOutcome | null,
  hasDisconnected: false,
})
const vimeoAccount = { provider: vimeo, scope: ['public', 'private', 'video_files'] }
const listVideos = cached(
  async function wholeList(connection: VimeoConnection) {
    return (await Array.fromAsync(listSteps(connection))).at(-1)?.videos ?? []
  },
  { ttl: 300 },
)

function home() {
  heading('Take your videos home')
  if (state.hasDisconnected) success('This program has no access to your Vimeo account any more.')
  markdown('Fetch the videos of your **Vimeo** account, as you uploaded them, in one ZIP file.')
  markdown('1. Accept the terms\n2. Connect Vimeo\n3. Choose your videos\n4. Download them')
  if (button('Get started', { primary: true })) {
    state.hasDisconnected = false
    switchPage('/terms')
  }
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
  if (state.acceptedTermsAt === null) switchPage('/terms')

  // A first visit ends here, with a button that leads to Vimeo. Below, the account is connected.
  const connection = await connect({ ...vimeoAccount, heading: 'Connect your account' })

  const fields = { primaryEmail: '', acceptedTermsAt: null as Date | null }
  const user = await userRecord(connection, fields)
  heading(`${user.isNew ? 'Welcome' : 'Welcome back'}, ${connection.account.name}`)
  const primaryEmail = textInput('Primary e-mail', { value: user.primaryEmail, type: 'email' })
  if (button('Save and continue', { primary: true })) {
    const acceptedTermsAt = user.acceptedTermsAt ?? state.acceptedTermsAt
    await user.save({ primaryEmail, acceptedTermsAt })
    switchPage('/videos')
  }
}

async function videos() {
  if (state.acceptedTermsAt === null) switchPage('/terms')
  const connection = await connect({ ...vimeoAccount, heading: 'Choose your videos' })

  heading('Choose your videos')
  const all = await spinner('Asking Vimeo for your videos…', () => listVideos(connection))
  if (all.length === 0) {
    info('There are no videos in this Vimeo account.')
    stop()
  }
  if (!all.some(({ files }) => files.length > 0)) {
    warning(noFilesText)
    if (button('Disconnect Vimeo')) await disconnect()
  }

  const rows = all.map((video) => ({
    ...video,
    title: video.title || 'Untitled',
    resolution: toResolution(video.width, video.height),
    size: sizeOf([video], originalQuality).bytes || undefined,
  }))
  const chosen = dataGrid(rows, {
    key: 'videos',
    select: 'many',
    columns: {
      title: 'Title',
      createdAt: 'Date',
      duration: { label: 'Duration', format: toClock, align: 'end' },
      resolution: { label: 'Resolution', align: 'end' },
      size: { label: 'Size', format: toSize, align: 'end' },
    },
  })
  state.chosen = chosen.map((video) => video.uri)
  const bytes = chosen.reduce((sum, video) => sum + (video.size ?? 0), 0)
  text(`${toCount(chosen.length, 'video')} chosen, ${toSize(bytes)}`)

  // Nothing is fetched before the press; the outcome is there when the last byte has left.
  const outcome = downloadButton('Download', {
    file: 'vimeo-videos.zip',
    from: () =>
      archiveOf(
        connection,
        state.chosen.map((uri) => ({ uri })),
      ),
    disabled: chosen.length === 0,
  })
  if (outcome) {
    state.outcome = outcome
    switchPage('/done')
  }
}

async function done() {
  const { outcome } = state
  if (outcome === null) switchPage('/videos')

  heading('All done')
  const { file, files, failures } = outcome
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  success(`You downloaded ${toCount(files.length, 'video')}, ${toSize(bytes)}, in ${file}.`)
  dataGrid([...files], {
    key: 'files',
    rowKey: 'name',
    columns: { name: 'File', size: { label: 'Size', format: toSize, align: 'end' } },
  })
  for (const { title, reason } of failures) warning(`“${title}” is not whole: ${reason}`)

  if (button('Download more', { primary: true })) switchPage('/videos')
  if (button('Disconnect Vimeo')) await disconnect()
}

async function disconnect() {
  const connection = await connect(vimeoAccount)
  await connection.disconnect()
  state.outcome = null
  state.hasDisconnected = true
  switchPage('/')
}

export default app({
  title: 'Take your videos home',
  pages: { '/': home, '/terms': terms, '/profile': profile, '/videos': videos, '/done': done },
})
