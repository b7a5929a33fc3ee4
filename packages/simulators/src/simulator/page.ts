/*
 * A page of a simulator: the note that it is one, the style, and a policy that lets it load nothing from elsewhere.
 */
import { html, raw } from 'hono/html'

import { pageStyle } from './page-style.ts'
import { createHex, type RandomBytes } from './random-text.ts'

/** HTML whose values have been escaped. */
export type Markup = ReturnType<typeof html>

/** What stands on a page. */
export interface Page {
  /** Heads the tab, with the simulator's name behind it. */
  readonly title: string
  /** Whose simulator it is, such as `Vimeo`. */
  readonly simulated: string
  /** What follows the word "Simulator." at the top. */
  readonly note: string
  readonly body: Markup
  /** HTTP status (200). */
  readonly status?: number
  /** How much room it takes: `wide` for tables, `full` for all there is (a column). */
  readonly room?: 'wide' | 'full'
  /** CSS beside that of all pages. */
  readonly style?: string
  /** A program in the page, which may ask its own server (none). */
  readonly script?: string
  /** Where forms may lead beside the own origin. */
  readonly formTargets?: readonly string[]
}

/** Answers a page. */
export async function answerPage(random: RandomBytes, page: Page): Promise<Response> {
  const nonce = createHex(random, 32)
  const { title, simulated, note, body, room = '', style = '', script, formTargets = [] } = page
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · ${simulated} simulator</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${raw(pageStyle + style)}
        </style>
        ${
          script === undefined
            ? ''
            : html`<script nonce="${nonce}" type="module">
                ${raw(script)}
              </script>`
        }
      </head>
      <body class="${room}">
        <p class="simulator"><strong>Simulator.</strong> ${note}</p>
        <main>${body}</main>
      </body>
    </html>`
  return new Response(String(await document), {
    status: page.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': [
        "default-src 'none'",
        `style-src 'nonce-${nonce}'`,
        ...(script === undefined ? [] : [`script-src 'nonce-${nonce}'`, "connect-src 'self'"]),
        'img-src data:',
        `form-action ${["'self'", ...formTargets].join(' ')}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ].join('; '),
    },
  })
}
