/*
 * Which of a video's files a person wants, and how many bytes that makes. Knows what Vimeo lists of the
 * files; must never follow a link.
 */
import { toSize } from './words.ts'

/** What the person wants: the file as it was uploaded, or one of so many lines at most. */
export type Quality =
  | { readonly kind: 'original' }
  /** `lines`: the shorter side in pixels, 1080, 720 … */
  | { readonly kind: 'up-to'; readonly lines: number }

/** What is known of a file before its link. */
export interface ListedFile {
  /** `source` (as uploaded), `uhd`, `hd`, `sd`, `mobile`; may be empty. */
  readonly quality: string
  /** E.g. `source`, `1080p`; may be empty. */
  readonly rendition: string
  /** Pixels; 0 if unknown. */
  readonly width: number
  /** Pixels; 0 if unknown. */
  readonly height: number
  /** Bytes, approximate; absent if Vimeo did not say. */
  readonly size: number | undefined
}

/** How large a choice is. */
export interface ChoiceSize {
  /** Bytes of the files whose size is known; approximate. */
  readonly bytes: number
  /** How many files have a size that Vimeo did not say. */
  readonly unknown: number
}

/** The file as it was uploaded. */
export const originalQuality: Quality = { kind: 'original' }

const STEPS = [4320, 2160, 1440, 1080, 720, 540, 480, 360, 240]

/**
 * Finds the file of a quality.
 *
 * @param files In any order.
 * @returns For `original` the file as uploaded, else the best. For `up-to` the best within the limit
 *   (of two with as many lines the one that Vimeo made, for it is smaller than the upload), else the
 *   smallest. Absent if there are no files.
 */
export function fileFor<File extends ListedFile>(
  files: readonly File[],
  quality: Quality,
): File | undefined {
  const byBest = files.toSorted(isBetter)
  if (quality.kind === 'original') return byBest.find(isSource) ?? byBest[0]
  const within = byBest.filter((file) => linesOf(file) > 0 && linesOf(file) <= quality.lines)
  const most = Math.max(0, ...within.map(linesOf))
  const best = within.filter((file) => linesOf(file) === most)
  return (
    best.find((file) => !isSource(file)) ?? best[0] ?? byBest.findLast(hasLines) ?? byBest.at(-1)
  )
}

/** Lists the choices that make sense for these videos: the original, then the limits that occur. */
export function qualitiesOf(
  videos: readonly { readonly files: readonly ListedFile[] }[],
): readonly Quality[] {
  const occurring = new Set<number>()
  for (const file of videos.flatMap(({ files }) => files)) {
    const step = STEPS.findLast((one) => one >= linesOf(file))
    if (!isSource(file) && hasLines(file) && step !== undefined) occurring.add(step)
  }
  const steps = STEPS.filter((step) => occurring.has(step))
  return [originalQuality, ...steps.map((lines): Quality => ({ kind: 'up-to', lines }))]
}

/** Adds up what these videos weigh in a quality. */
export function sizeOf(
  videos: readonly { readonly files: readonly ListedFile[] }[],
  quality: Quality,
): ChoiceSize {
  const chosen = videos.flatMap(({ files }) => fileFor(files, quality) ?? [])
  return {
    bytes: chosen.reduce((sum, { size }) => sum + (size ?? 0), 0),
    unknown: chosen.filter(({ size }) => size === undefined).length,
  }
}

/** Says a quality: `Original`, `Up to 1080p`. */
export function toQualityName(quality: Quality): string {
  return quality.kind === 'original' ? 'Original' : `Up to ${quality.lines}p`
}

/** The choices as a drop-down list has them, each with what the chosen videos weigh in it, if any are. */
export function toQualityOptions(
  all: readonly { readonly files: readonly ListedFile[] }[],
  chosen: typeof all,
): readonly { readonly value: string; readonly label: string }[] {
  return qualitiesOf(all).map((quality) => {
    const name = toQualityName(quality)
    const label = `${name}, ${toChoiceSize(sizeOf(chosen, quality))}`
    return {
      value: quality.kind === 'original' ? quality.kind : String(quality.lines),
      label: chosen.length === 0 ? name : label,
    }
  })
}

/** Reads the value of a choice; what is none is the original. */
export function qualityOf(value: string): Quality {
  const lines = Number(value)
  return lines > 0 ? { kind: 'up-to', lines } : originalQuality
}

/** Says how large a choice is: `1.2 GB`, `1.2 GB and 2 of unknown size`. */
export function toChoiceSize({ bytes, unknown }: ChoiceSize): string {
  return unknown === 0 ? toSize(bytes) : `${toSize(bytes)} and ${unknown} of unknown size`
}

/** Tells whether two files are the same one, links aside. */
export function isSameFile(a: ListedFile, b: ListedFile): boolean {
  return (
    a.quality === b.quality &&
    a.rendition === b.rendition &&
    a.width === b.width &&
    a.height === b.height
  )
}

function isSource(file: ListedFile): boolean {
  return file.quality === 'source' || file.rendition === 'source'
}

/** For sorting: the upload first, then by pixels, then by bytes; equal ones are alike in all that counts. */
function isBetter(a: ListedFile, b: ListedFile): number {
  return (
    Number(isSource(b)) - Number(isSource(a)) ||
    b.width * b.height - a.width * a.height ||
    linesOf(b) - linesOf(a) ||
    (b.size ?? 0) - (a.size ?? 0) ||
    b.width - a.width ||
    b.height - a.height
  )
}

function hasLines(file: ListedFile): boolean {
  return linesOf(file) > 0
}

/** The shorter side; where that is unknown, as the rendition is called. */
function linesOf({ width, height, rendition }: ListedFile): number {
  const shorter = Math.min(width, height)
  if (shorter > 0) return shorter
  return Number(/^(\d{3,4})p$/.exec(rendition)?.[1] ?? 0)
}
