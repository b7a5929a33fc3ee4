/*
 * A popup for a provider's page. Where the browser opens none, the document itself leaves.
 */
import { POPUP } from '../protocol/fields.ts'

/** Opens it, still empty; the browser then submits the form into it, and the field before the button says so. */
export function openPopup(button: HTMLButtonElement): void {
  const isOpen = open('', POPUP, 'popup') !== null
  const field = button.previousElementSibling as HTMLInputElement
  field.value = button.formTarget = isOpen ? POPUP : ''
}
