/*
 * Why Vimeo gives no file of a video, from facts, with what the person can do. Vimeo itself never says:
 * the answer is 200 and the list is missing. Must never ask anything.
 *
 * Source: Vimeo's help centre on downloads; vimeo.php issues 128, 228 and 230; VimeoNetworking issue 256
 * (a token that was made on a smaller plan gives no files after an upgrade).
 */

/** What may help: consent to more, a new connection, the same after a while, a larger plan, or nothing. */
export type ReasonRemedy = 'ask-again' | 'reconnect' | 'wait' | 'upgrade' | 'none'

/** Why a video has no file. */
export interface NoFileReason {
  readonly kind:
    | 'uploading'
    | 'transcoding'
    | 'failed'
    | 'unavailable'
    | 'scope'
    | 'owner'
    | 'plan'
    | 'not-allowed'
  /** What is so; a sentence. */
  readonly sentence: string
  /** What the person can do about it; a sentence. */
  readonly advice: string
  readonly remedy: ReasonRemedy
}

/** What is known of the video. */
export interface VideoFacts {
  /** Vimeo's `status`, e.g. `available`; may be empty. */
  readonly status: string
  /** Vimeo's `transcode.status`: `complete`, `in_progress`, `error`; may be empty. */
  readonly transcoding: string
  /** The owner's uri; empty if unknown. */
  readonly ownerUri: string
}

/** What is known of the person and of what they allowed. */
export interface AccountFacts {
  /** The account's uri; empty if unknown. */
  readonly uri: string
  /** Vimeo's name of the plan, e.g. `standard`; empty if unknown. */
  readonly plan: string
  /** The granted scope; absent if unknown. */
  readonly scope?: readonly string[] | undefined
}

const SCOPES_FOR_FILES = ['private', 'video_files']
const PLANS_WITHOUT_FILES = ['free', 'basic', 'starter', 'plus']

const uploading: NoFileReason = {
  kind: 'uploading',
  sentence: 'This video is still being uploaded to Vimeo.',
  advice: 'Try again when the upload is finished.',
  remedy: 'wait',
}

const transcoding: NoFileReason = {
  kind: 'transcoding',
  sentence: 'Vimeo is still preparing this video.',
  advice: 'Try again later; it can take as long as the video, or a few hours for a long one.',
  remedy: 'wait',
}

const failed: NoFileReason = {
  kind: 'failed',
  sentence: 'Vimeo could not prepare this video, so it has no file.',
  advice: 'Look at the video on vimeo.com; uploading it once more may help.',
  remedy: 'none',
}

const unavailable: NoFileReason = {
  kind: 'unavailable',
  sentence: 'Vimeo says that this video is unavailable at present.',
  advice: 'Look at the video on vimeo.com, where the cause is shown to its owner.',
  remedy: 'none',
}

const scopeMissing: NoFileReason = {
  kind: 'scope',
  sentence: 'You did not allow this program to read your private videos and video files.',
  advice: 'Allow both when Vimeo asks you again.',
  remedy: 'ask-again',
}

const notOwner: NoFileReason = {
  kind: 'owner',
  sentence: 'This video belongs to another Vimeo account, and Vimeo gives files to the owner only.',
  advice: 'Connect the account that owns the video, or ask its owner for the file.',
  remedy: 'none',
}

const planTooSmall: NoFileReason = {
  kind: 'plan',
  sentence: 'Vimeo gives files on its Standard, Advanced and Enterprise plans only.',
  advice:
    'With a larger plan, disconnect Vimeo here and connect again: the present connection ' +
    'stays without files even after an upgrade.',
  remedy: 'upgrade',
}

const notAllowed: NoFileReason = {
  kind: 'not-allowed',
  sentence: 'Vimeo gives this program no file of this video, and does not say why.',
  advice:
    'If your plan has changed since you connected, disconnect Vimeo and connect again. If that ' +
    'changes nothing, Vimeo does not allow this program to fetch files; you can download the ' +
    'video on vimeo.com.',
  remedy: 'reconnect',
}

/** Finds out why a video has no file; the first cause that the facts show. */
export function reasonForNoFile(video: VideoFacts, account: AccountFacts): NoFileReason {
  const { status, ownerUri } = video
  if (status === 'uploading') return uploading
  if (status.endsWith('_error') || status === 'failed' || video.transcoding === 'error')
    return failed
  if (/^(transcod|processing)/.test(status) || video.transcoding === 'in_progress') {
    return transcoding
  }
  if (status === 'unavailable' || status.endsWith('_exceeded')) return unavailable
  const { scope } = account
  if (scope !== undefined && !SCOPES_FOR_FILES.every((one) => scope.includes(one))) {
    return scopeMissing
  }
  if (ownerUri !== '' && account.uri !== '' && ownerUri !== account.uri) return notOwner
  if (PLANS_WITHOUT_FILES.includes(account.plan)) return planTooSmall
  return notAllowed
}

/** A reason, and how many videos have no file for it. */
export interface CountedReason {
  readonly count: number
  readonly reason: NoFileReason
}

/** Counts the reasons why videos have no file; the most frequent first. */
export function reasonsOf(
  videos: readonly (VideoFacts & { readonly files: readonly unknown[] })[],
  account: AccountFacts,
): readonly CountedReason[] {
  const without = videos.filter(({ files }) => files.length === 0)
  const groups = Map.groupBy(without, (video) => reasonForNoFile(video, account))
  return [...groups]
    .map(([reason, { length: count }]) => ({ count, reason }))
    .toSorted((a, b) => b.count - a.count)
}

/** Says a reason in one text. */
export function toReasonText({ sentence, advice }: NoFileReason): string {
  return `${sentence} ${advice}`
}
