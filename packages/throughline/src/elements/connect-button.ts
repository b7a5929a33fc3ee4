/*
 * The button that leads to a provider, and the sentence above it. Made by `connect()`, not by a script.
 */
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
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
  /** Where the provider's page opens; `popup`: in this tab where the browser opens none. */
  readonly open: 'same-tab' | 'new-tab' | 'popup'
  /** Whether it is what the page is there for. */
  readonly primary: boolean
}

/** How a connect button looks. */
export const connectButtonKind = defineKind<ConnectButtonData>({
  kind: 'connect-button',
  render({ label, title, message, tone = 'info', open, primary }, id) {
    const press = renderPress(id, label, {
      class: primary && 'tl-primary',
      [ATTRIBUTE.native]: true,
      formnovalidate: true,
      formtarget: open === 'new-tab' && '_blank',
      [ATTRIBUTE.popup]: open === 'popup',
      'aria-describedby': `${id}:hint`,
    })
    const field = { type: 'hidden', name: id, value: '', autocomplete: 'off' }
    return html`${[
      message !== undefined && renderAlert(tone, message),
      open === 'popup' && html`<input${attributes(field)}>`,
      press,
      html`<p class="tl-hint" id="${id}:hint">${toHint(open, title)}</p>`,
    ]}`
  },
  styles: `
.tl-connect-button>div{margin-block-end:1rem}
.tl-connect-button .tl-hint{margin-block-start:.625rem}`,
})

function toHint(open: ConnectButtonData['open'], title: string): string {
  switch (open) {
    case 'same-tab':
      return `You will go to ${title} and come back to this page.`
    case 'new-tab':
      return `${title} opens in a new tab. This page goes on by itself once you have agreed.`
    case 'popup':
      return `${title} opens in a window of its own where your browser allows it. This page goes on once you have agreed.`
  }
}
