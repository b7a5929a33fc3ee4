/*
 * One video of the library, with its files, captions and place. Data only.
 */
import type { ClipFacts } from './clip-facts.ts'
import type { LibraryFolder, LibraryShowcase } from './library-folders.ts'
import type { TranscodeState } from './library-notes.ts'
import type { SamplePerson } from './people.ts'

/** A file of a video: its source, or one of its renditions. */
export interface LibraryFile extends ClipFacts {
  /** Whole path of the file. Never built from anything that a request holds. */
  readonly path: string
  /** Name of the file in its folder. */
  readonly fileName: string
  /** Media type of the file. */
  readonly mediaType: string
}

/** A file beside the source that Vimeo would have made from it. */
export interface LibraryRendition extends LibraryFile {
  /** `360p` and the like, as its name says. */
  readonly rendition: string
}

/** Captions of a video: a WebVTT file. */
export interface LibraryTextTrack {
  /** Nine digits. */
  readonly id: string
  /** Such as `en` or `de-CH`. */
  readonly language: string
  /** Name of the file in its folder. */
  readonly fileName: string
  /** Whole path of the file. */
  readonly path: string
}

/** One video of the library. */
export interface LibraryVideo extends LibraryFile {
  /** Nine digits, the same as long as the file keeps its name. */
  readonly id: string
  /** The video's name, raw text. */
  readonly title: string
  /** Free text, null for none. */
  readonly description: string | null
  /** Words that it is found by. */
  readonly tags: readonly string[]
  /** Whose it is. */
  readonly owner: SamplePerson
  /** Who may see it: `anybody`, `nobody` and the other values of `privacy.view`. */
  readonly view: string
  /** When it was uploaded. */
  readonly created: Date
  /** What `library.json` says of its transcoding; else the switch `transcode` holds. */
  readonly transcode: TranscodeState | undefined
  /** Other files of the same video. */
  readonly renditions: readonly LibraryRendition[]
  readonly textTracks: readonly LibraryTextTrack[]
  readonly folder: LibraryFolder | undefined
  readonly showcase: LibraryShowcase | undefined
}
