/*
 * For tests: in words, what a person gets who takes two videos home with their captions, and what they are told.
 */

/** All four files. */
export const WHOLE = 'every file, whole'

/** After a pause for Vimeo's limit of requests, which the page shows while it lasts. */
export const paused = (gets: string) => `after a pause of 61 s: ${gets}`

/** One try, and another that brings more or is told otherwise. */
export const inTurn = (...tries: readonly string[]) => tries.join('; then ')

export const noConnection = (told: string) => `no connection: “${told}”`
export const noList = (told: string) => `no list: “${told}”`
export const noFile = (told: string) => `no file: “4 videos without a file: ${told}”`
export const notMade = (told: string) => `no ZIP: “${told}”`
export const noneOf = (told: string) =>
  notMade(`None of the chosen videos can be downloaded. ${told}`)

/** An archive in which the first video is left out. */
export const leftOut = (told: string) => `a ZIP with 1 whole, 1 left out: “${told}”`
/** An archive in which files are completed with zeros. */
export const damaged = (whole: number, count: number, ...told: readonly string[]) =>
  `a ZIP with ${whole} whole, ${count} damaged: “${told.join(' ')}”`
export const brokeOff = (at: number | 'N', size: number, why?: string) =>
  [`The file broke off at byte ${at} of ${size}.`, why ?? []].flat().join(' ')

/** Both videos, where none of their bytes can be had once the archive has begun. */
export const lostAmid = (told: string) =>
  inTurn(
    damaged(2, 2, brokeOff(0, SIZES.first, told), brokeOff(0, SIZES.second, told)),
    noneOf(told),
  )

/** Bytes of the two videos and of their captions. */
export const SIZES = { first: 124_036, captions: 125, second: 303_454 }

export const DENIED = 'You did not give access at Vimeo. You can try again at any time.'
export const NOT_CONNECTED = 'Vimeo could not be connected. Please connect again.'
export const UNANSWERED =
  'Vimeo did not answer, so nothing was connected. Please connect again in a few minutes.'
export const MISREGISTERED =
  'Vimeo does not accept this program. That is no fault of yours: whoever runs this program must ' +
  'correct its registration with Vimeo, and was told so. Connect again once that is done.'
export const OVERASKED =
  'Vimeo does not let this program ask for all that it asked for. Connect again: it asks for less now.'
export const ENDED =
  "Vimeo no longer accepts this program's access to your account. Please connect again."

export const PAUSE = 'Vimeo asks for a pause after many requests. Try again in a minute.'
export const trouble = (status: number) =>
  `Vimeo has a problem at the moment (${status}). Try again in a while.`
export const WORDLESS = 'Vimeo refused without giving a reason (403). Try again in a while.'
export const UNREADABLE = 'Vimeo gave an answer that cannot be read. Try again in a while.'
export const UNREACHABLE =
  'Vimeo cannot be reached just now. Nothing was lost: please try again in a few minutes.'
export const UNFINISHED = 'Vimeo does not answer to the end at the moment. Try again in a while.'

export const SCOPE =
  'You did not allow this program to read your private videos and video files. Allow both when Vimeo ' +
  'asks you again. Allow this program to get links to your video files, or nothing can be downloaded.'
export const PLAN =
  'Vimeo gives files on its Standard, Advanced and Enterprise plans only. With a larger plan, ' +
  'disconnect Vimeo here and connect again: the present connection stays without files even after an upgrade.'
export const NOT_ALLOWED =
  'Vimeo gives this program no file of this video, and does not say why. If your plan has changed ' +
  'since you connected, disconnect Vimeo and connect again. If that changes nothing, Vimeo does not ' +
  'allow this program to fetch files; you can download the video on vimeo.com.'
export const TRANSCODING =
  'Vimeo is still preparing this video. Try again later; it can take as long as the video, or a few ' +
  'hours for a long one.'
export const FAILED =
  'Vimeo could not prepare this video, so it has no file. Look at the video on vimeo.com; uploading ' +
  'it once more may help.'

export const busy = (status: number) => `The file server is busy or out of order (${status}).`
export const REFUSED = 'The file server refused to give the file (403).'
export const GONE = 'The link to the file is no longer valid (410).'
export const ELSEWHERE = 'The link led to something else than a video (text/html).'
export const NOT_CAPTIONS = 'The link led to something else than captions (text/html).'
export const SERVER_UNREACHED = 'The file server could not be reached.'
export const SILENT = 'The file server sent nothing any more.'
export const NO_SIZE = 'The file server does not tell the exact size.'
export const CHECKSUM = 'The file does not have the checksum that Vimeo names.'
export const CHANGED = 'The file has changed since its size was asked for.'
