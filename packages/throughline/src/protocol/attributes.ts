/*
 * Every id and attribute that the document and the browser program share, once.
 */

/** Ids of the parts of a document. */
export const PART = {
  form: 'tl-form',
  /** Holds the elements of the view, each in a wrapper that carries the element's id. */
  view: 'tl-view',
  /** A live region for sentences to the person. */
  notice: 'tl-notice',
  /** Shown while a run takes long; holds the stop button. */
  busy: 'tl-busy',
} as const

/** Attributes that the browser program reads. */
export const ATTRIBUTE = {
  /** On `<body>`: the session's news number that the document has taken into account. */
  news: 'data-tl-news',
  /** On `<body>`: present while the program is run by its author. */
  development: 'data-tl-development',
  /** On a style rule in the view: the ids of elements before it that have been replaced or removed since. */
  hides: 'data-tl-hides',
  /** On an element behind the view: present when the document must ask for the whole view at once. */
  incomplete: 'data-tl-incomplete',
  /** On an input: a change of its value is an interaction by itself (`change`). */
  sends: 'data-tl-sends',
  /** On a button: its answer is a document or a file, so the form itself is submitted. */
  native: 'data-tl-native',
  /** On a button: its answer is shown in a popup where the browser opens one. */
  popup: 'data-tl-popup',
  /** On a button: its files are saved into a folder, by the program that `folder` on `<body>` names. */
  saves: 'data-tl-saves',
  /** On `<body>`: URL of the program that saves into folders. */
  folder: 'data-tl-folder',
  /** On an empty element beside such a button: shows how far the saving is. */
  saving: 'data-tl-saving',
  /** On a link into the app: carries the tab's id in its query where JavaScript is off. */
  inside: 'data-tl-inside',
  /** On an element that may grow old unheard: milliseconds after which the document asks by itself. */
  asksAfter: 'data-tl-asks-after',
  /** On an input: what the server last said its value is, so that only a changed one is sent. */
  known: 'data-tl-known',
} as const
