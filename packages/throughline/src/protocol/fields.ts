/*
 * The fields of a press and the headers of a question: what the browser says, with JavaScript and without.
 *
 * A press is a form POST to the page's own URL. Fields that start with `tl-` are ours; every other field is named
 * by a widget's id and carries its value. A widget whose value may be empty (a checkbox, a grid) is preceded by a
 * hidden field of the same name and an empty value, so that "nothing chosen" can be told from "not on the page".
 */

/** Our own form fields. */
export const FIELD = {
  /** The tab's id. */
  tab: 'tl-tab',
  /** Rises with each interaction of a tab; one number acts once. */
  number: 'tl-number',
  /** The newest run that the document has shown. */
  run: 'tl-run',
  /** Bound to the cookie id: proves that the form came from a page of ours. */
  token: 'tl-token',
  /** The id of the button that was pressed. */
  press: 'tl-press',
  /** Present when the person asks a running script to stop. */
  stop: 'tl-stop',
} as const

/** Headers of a question (GET) and of the event stream; named like the fields. */
export const HEADER = {
  tab: 'throughline-tab',
  run: 'throughline-run',
  token: 'throughline-token',
  /** The tab whose values a new tab (a duplicated one) takes over. */
  copy: 'throughline-copy',
} as const

/** Asks for frames (one JSON object a line) in place of a document. */
export const FRAMES_TYPE = 'application/vnd.throughline.frames+x-ndjson'

/** Names the tab of the document that is about to be replaced; lives a few seconds. Holds no secret. */
export const TAB_COOKIE = 'tl-tab'

/** The query parameter that carries the tab's id where JavaScript is off. */
export const TAB_PARAMETER = 'tab'

/** The query parameter of the address at which a popup ends. */
export const POPUP_PARAMETER = 'tl-popup'

/** The name of the popup, and the value of a connect button's field while it opens in one. */
export const POPUP = 'tl-popup'
