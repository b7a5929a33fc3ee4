/*
 * The name of a widget on its page: element id and form field at once. It must stay the same from run to run.
 */
import { hash } from 'node:crypto'
import type { WidgetIdentity } from '../context/run-context.ts'

const LONGEST = 80

/**
 * Names a widget by its key, else by its label: `text-input:Primary%20e-mail`.
 *
 * The name holds no quote, space, angle bracket or parenthesis, whatever the label; beyond 80 characters the
 * label is replaced by its hash.
 */
export function widgetId({ kind, label, key }: WidgetIdentity): string {
  const identity = (key ?? label).toWellFormed()
  const id = `${kind}:${encodeURIComponent(identity).replaceAll(/[!'()*]/g, toPercent)}`
  return id.length <= LONGEST ? id : `${kind}:${hash('sha256', identity, 'base64url').slice(0, 22)}`
}

function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
