/*
 * Reading what a browser posted: bounded, then field by field.
 */
import { FIELD } from '../protocol/fields.ts'
import type { SentInteraction } from '../script/tab-request.ts'
import type { Refusal } from './guards.ts'

/** Largest form, in bytes. */
const FORM_BYTES = 2 * 1024 * 1024
/** Most fields of one form; a grid sends one per chosen row. */
const FORM_FIELDS = 60_000
/** Most pieces that a form may arrive in: each costs as much as its first hundred bytes. */
const FORM_PIECES = 20_000

const TAB_ID = /^[A-Za-z0-9_-]{22}$/

const TOO_LARGE = {
  status: 413,
  sentence: 'That was more than a form of this program holds (2 MB).',
} satisfies Refusal
/** Read by nobody, for whoever sent it has gone. */
const BROKEN_OFF = { status: 400, sentence: 'That form broke off.' } satisfies Refusal

/** What a browser posted. */
export interface PostedForm {
  readonly tabId: string | undefined
  readonly token: string
  /** The newest run that the document has shown. */
  readonly shownRun: number
  readonly stops: boolean
  readonly interaction: SentInteraction
}

/** Reads a posted form, at most 2 MiB and 60,000 fields of it. */
export async function readForm(request: Request): Promise<PostedForm | Refusal> {
  const body = await readBody(request)
  if (typeof body !== 'string') return body
  const fields = readFields(body)
  if (fields === undefined) return TOO_LARGE
  const own = new Map<string, string>()
  const values: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const [name, value] of fields) {
    if (name.startsWith('tl-')) own.set(name, value)
    else if (name.includes(':')) (values[name] ??= []).push(value)
  }
  const press = own.get(FIELD.press)
  return {
    tabId: readTabId(own.get(FIELD.tab)),
    token: own.get(FIELD.token) ?? '',
    shownRun: readCount(own.get(FIELD.run)),
    stops: own.has(FIELD.stop),
    interaction: {
      number: readCount(own.get(FIELD.number)),
      values,
      ...(press === undefined || press === '' ? {} : { press }),
    },
  }
}

/**
 * Reads the fields of a body; undefined for more than {@link FORM_FIELDS}.
 *
 * They are counted first, and each is given its "=": Node's reader takes half a minute over a million that have none.
 */
export function readFields(body: string): URLSearchParams | undefined {
  const pairs = body.split('&').filter((pair) => pair !== '')
  if (pairs.length > FORM_FIELDS) return undefined
  return new URLSearchParams(
    pairs.map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&'),
  )
}

/** Reads a tab's id; undefined for anything that cannot be one. */
export function readTabId(text: string | null | undefined): string | undefined {
  return text !== null && text !== undefined && TAB_ID.test(text) ? text : undefined
}

/** Reads a whole number of at most nine digits; 0 for anything else. */
export function readCount(text: string | null | undefined): number {
  return /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0
}

/** Reads a body of at most 2 MiB, in at most 20,000 pieces. */
export async function readBody(request: Request): Promise<string | Refusal> {
  if (Number(request.headers.get('content-length') ?? 0) > FORM_BYTES) return TOO_LARGE
  if (request.body === null) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength
      if (bytes > FORM_BYTES) return TOO_LARGE
      if (chunks.push(chunk) > FORM_PIECES) return TOO_LARGE
    }
  } catch {
    return BROKEN_OFF
  }
  return Buffer.concat(chunks).toString('utf8')
}
