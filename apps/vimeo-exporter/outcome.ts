/*
 * What a download brought, and what it did not. The key of a video's file is the video's uri; those of captions and
 * pictures only begin with it.
 */
import type { DownloadSummary } from 'throughline'
import { videoIdOf } from './video.ts'
import { toCount, toSize } from './words.ts'

/** Says what a download brought; captions and pictures weigh, and are not counted. */
export function toOutcomeText({
  file,
  files,
}: Pick<DownloadSummary, 'files'> & { readonly file: string }): string {
  const videos = files.filter(({ key = '' }) => videoIdOf(key) !== undefined)
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return `You downloaded ${toCount(videos.length, 'video')}, ${toSize(bytes)}, in ${file}.`
}

/** Finds the videos that a download did not bring whole, for downloading the rest. */
export function restOf({ failures }: DownloadSummary): readonly { readonly uri: string }[] {
  const uris = failures.flatMap(({ key = '' }) => (videoIdOf(key) === undefined ? [] : [key]))
  return [...new Set(uris)].map((uri) => ({ uri }))
}
