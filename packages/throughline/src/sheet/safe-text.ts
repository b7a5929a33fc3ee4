/*
 * Text of people for a cell that people open: what a spreadsheet would take for a formula stays a text, also once it
 * is exported.
 */

/** What spreadsheets take for the beginning of a formula, wide forms included. */
const RISKY = /^[=+\-@\t\r\n＝＋－＠]/

/** A cell takes 50,000 characters, and refuses a batch with more; nobody reads as many there. */
const MOST_CHARACTERS = 5000

/**
 * Puts an apostrophe before what would be taken for a formula, and cuts what no cell takes.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function toSafeText(text: string): string {
  const whole = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
  const sound = whole.toWellFormed()
  return RISKY.test(sound) ? `'${sound}` : sound
}
