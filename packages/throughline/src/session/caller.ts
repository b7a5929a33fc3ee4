/*
 * Who asks: what is known of a request besides what it says.
 */

/** Who asks, and what this request is called. */
export interface Caller {
  /** Where the person's machine is, as `toNetwork` has it; undefined where only a proxy of unknown trust is seen. */
  readonly network: string | undefined
  /** Names this request in the log, in its answer and on the page that says what went wrong. */
  readonly requestId: string
}
