/*
 * Text of people for a cell that people open: what a spreadsheet would take for a formula stays a text, also once it
 * is exported.
 */

/** What spreadsheets take for the beginning of a formula, wide forms included. */
const RISKY = /^[=+\-@\t\r\n＝＋－＠]/

/** Puts an apostrophe before what would be taken for a formula. @see https://owasp.org/www-community/attacks/CSV_Injection */
export function toSafeText(text: string): string {
  return RISKY.test(text) ? `'${text}` : text
}
