/*
 * How videos are shown in a grid: which columns, in which words, sorted by what.
 */
import { fileFor, originalQuality } from './quality.ts'
import type { Video } from './video.ts'
import { toClock, toResolution, toSize } from './words.ts'

const sizeOfBest = ({ files }: Video) => fileFor(files, originalQuality)?.size

/** Vimeo knows no duration before it has prepared the video. */
const toDuration = (seconds: number) => (seconds > 0 ? toClock(seconds) : '—')

/** The grid of videos, whichever page shows it. */
export const gridOptions = {
  key: 'videos',
  select: 'many',
  rowKey: 'uri',
  label: 'title',
  pageSize: 50,
  columns: {
    thumbnail: { label: 'Picture', kind: 'picture' },
    title: { label: 'Title', format: (title: string) => title || 'Untitled' },
    createdAt: 'Date',
    duration: { label: 'Duration', format: toDuration, align: 'end' },
    width: {
      label: 'Resolution',
      format: (_: number, { width, height }: Video) => toResolution(width, height),
      sortBy: ({ width, height }: Video) => width * height,
      align: 'end',
    },
    files: {
      label: 'Size',
      format: (files: Video['files'], video: Video) =>
        files.length === 0 ? 'no file' : toSize(sizeOfBest(video)),
      sortBy: sizeOfBest,
      align: 'end',
    },
  },
} as const
