/*
 * The button that leads to a provider: when it was pressed, it leaves; else it stands on the page.
 */
import { POPUP } from '../protocol/fields.ts'
import type { RegisteredProvider, ConnectRun } from './connect-world.ts'
import { startAuthorization } from './start.ts'
import { isOverasked, type Reason } from './what-happened.ts'

/** Where a provider's page may open. */
export type Place = 'same-tab' | 'new-tab' | 'popup'

/** What a button asks for, and what stands around it. */
export interface LeaveButton {
  readonly label: string
  /** The script's name for the account; one button of a provider stands for each. */
  readonly slot: string
  readonly scope: readonly string[]
  /** Asked for along; left out where the provider has just refused to be asked for it. */
  readonly optionalScope: readonly string[]
  readonly open: Place
  /** Whether it is what the page is there for. */
  readonly primary: boolean
  readonly reason?: Partial<Reason>
}

/**
 * Claims the button. In the run that its press began, keeps a pending authorization and sends the browser off.
 *
 * @returns Puts the button on the page.
 */
export async function leaveButton(
  connectRun: ConnectRun,
  registered: RegisteredProvider,
  { label, slot, scope: needed, optionalScope, open, primary, reason }: LeaveButton,
): Promise<() => void> {
  const { run } = connectRun
  const { provider } = registered
  const key = slot === '' ? provider.name : `${provider.name}/${slot}`
  const button = run.widget({ kind: 'connect-button', label, key }, open === 'popup' ? [''] : [])
  if (button.pressed) {
    const inPopup = open === 'popup' && button.sent?.[0] === POPUP
    const optional = isOverasked(connectRun, registered, slot) ? [] : optionalScope
    const scope = [...new Set([...needed, ...optional])]
    const hasOptional = scope.length > new Set(needed).size
    const asked = { scope, hasOptional, slot, inPopup }
    const url = await startAuthorization(connectRun, registered, asked)
    run.signal({ kind: 'left', url, providerTitle: provider.title })
  }
  const element = { kind: 'connect-button', label, title: provider.title, open, primary } as const
  return () => void run.append({ ...element, ...reason }, button.id)
}
