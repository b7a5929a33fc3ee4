/*
 * Pictures made at run time: a small SVG from a video's title or a person's name, so that pages have something
 * to show. The colours follow from the text and stay the same.
 */
import { createHash } from 'node:crypto'

import { html } from 'hono/html'

import type { LibraryVideo } from './library-video.ts'
import type { SamplePerson } from './people.ts'

/** Largest width or height that is drawn. */
const MAX_PIXELS = 4000

/** Renders the picture of a video in the size asked for. */
export function renderThumbnail(
  video: LibraryVideo,
  width: number,
  height: number,
): Promise<Response> {
  const hue = toHue(video.id)
  const letters = [...new Intl.Segmenter().segment(video.title)].map(({ segment }) => segment)
  const title = letters.length > 28 ? `${letters.slice(0, 27).join('')}…` : letters.join('')
  const seconds = Math.round(video.duration)
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  return svgResponse(
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      width="${clamp(width)}"
      height="${clamp(height)}"
      viewBox="0 0 640 360"
      preserveAspectRatio="xMidYMid slice"
    >
      <defs>
        <linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stop-color="hsl(${hue} 45% 34%)" />
          <stop offset="1" stop-color="hsl(${(hue + 50) % 360} 50% 20%)" />
        </linearGradient>
      </defs>
      <rect x="-320" y="-180" width="1280" height="720" fill="url(#g)" />
      <circle cx="520" cy="80" r="150" fill="#fff" opacity=".07" />
      <circle cx="130" cy="330" r="190" fill="#fff" opacity=".05" />
      <path d="M296 130l68 40-68 40z" fill="#fff" opacity=".85" />
      <g font-family="system-ui, sans-serif" fill="#fff" text-anchor="middle">
        <text x="320" y="268" font-size="34" font-weight="600">${title}</text>
        <text x="320" y="304" font-size="24" opacity=".8">${length}</text>
      </g>
    </svg>`,
  )
}

/** Renders the portrait of a person: initials on a colour. */
export function renderPortrait(person: SamplePerson, pixels: number): Promise<Response> {
  const initials = person.name.split(' ').map((word) => word.slice(0, 1))
  return svgResponse(
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      width="${clamp(pixels)}"
      height="${clamp(pixels)}"
      viewBox="0 0 100 100"
    >
      <rect width="100" height="100" fill="hsl(${toHue(person.id)} 40% 40%)" />
      <text
        x="50"
        y="64"
        font-size="40"
        font-family="system-ui, sans-serif"
        fill="#fff"
        text-anchor="middle"
      >
        ${initials.join('')}
      </text>
    </svg>`,
  )
}

async function svgResponse(svg: ReturnType<typeof html>): Promise<Response> {
  return new Response(String(await svg), {
    headers: {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=3600',
      'content-security-policy': "default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    },
  })
}

function toHue(text: string): number {
  return createHash('sha256').update(text).digest().readUInt16BE(0) % 360
}

function clamp(pixels: number): number {
  return Math.min(MAX_PIXELS, Math.max(1, pixels))
}
