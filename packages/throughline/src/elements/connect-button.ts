/*
 * The button that leads to a provider, and the sentence above it. Made by `connect()`, not by a script.
 */
import type { ElementData } from '../context/run-context.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { renderAlert } from './alert.ts'
import { defineKind } from './element.ts'
import { renderPress } from './press-button.ts'

/** A connect button on a page. */
export interface ConnectButtonData extends ElementData {
  readonly kind: 'connect-button'
  readonly label: string
  /** The provider's name as people know it. */
  readonly title: string
  /** What happened the last time, or why to connect again. */
  readonly message?: string | undefined
  /** What the message means (`'info'`). */
  readonly tone?: 'info' | 'warning' | 'error' | undefined
  /** Whether the provider's page opens beside this one. */
  readonly newTab: boolean
}

/** How a connect button looks. */
export const connectButtonKind = defineKind<ConnectButtonData>({
  kind: 'connect-button',
  render({ label, title, message, tone = 'info', newTab }, id) {
    const press = renderPress(id, label, {
      class: 'tl-primary',
      [ATTRIBUTE.native]: true,
      formnovalidate: true,
      formtarget: newTab && '_blank',
      'aria-describedby': `${id}:hint`,
    })
    const hint = newTab
      ? `${title} opens in a new tab. This page goes on by itself once you have agreed.`
      : `You will go to ${title} and come back to this page.`
    return html`${[
      message !== undefined && renderAlert(tone, message),
      press,
      html`<p class="tl-hint" id="${id}:hint">${hint}</p>`,
    ]}`
  },
  styles: `
.tl-connect-button>div{margin-block-end:1rem}
.tl-connect-button .tl-hint{margin-block-start:.625rem}`,
})
