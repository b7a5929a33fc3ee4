/**
 * What a script imports: the app, its elements, what it remembers, and the accounts it connects.
 *
 * @module
 */
export {
  app,
  type App,
  type AppOptions,
  type NamedProvider,
  type PageFunction,
} from './script/app.ts'
export { rerun, signOut, stop, switchPage } from './script/control.ts'
export { sessionState, type SessionState } from './script/session-state.ts'
export type {
  Download,
  DownloadOutcome,
  DownloadProgress,
  DownloadSummary,
  Preparing,
} from './context/download.ts'
export type { LinkListFormat, OfferedFile, OpenedFile } from './context/offered-file.ts'
export { error, info, success, warning } from './elements/alert.ts'
export { button, type ButtonOptions } from './elements/button.ts'
export { checkbox, type CheckboxOptions } from './elements/checkbox.ts'
export { dataGrid, type DataGridOptions } from './elements/data-grid.ts'
export type { Column, Columns, RowFields } from './elements/data-grid-rows.ts'
export { downloadButton, type DownloadButtonOptions } from './elements/download-button.ts'
export { folderButton, type FolderButtonOptions } from './elements/folder-button.ts'
export { heading, type HeadingLevel, type HeadingOptions } from './elements/heading.ts'
export { image, type ImageOptions } from './elements/image.ts'
export { link } from './elements/link.ts'
export { linkListButton, type LinkListButtonOptions } from './elements/link-list-button.ts'
export { markdown } from './elements/markdown.ts'
export { numberInput, type NumberInputOptions } from './elements/number-input.ts'
export { progress, type Progress, type ProgressOptions } from './elements/progress.ts'
export { select, type SelectOption, type SelectOptions } from './elements/select.ts'
export { spinner } from './elements/spinner.ts'
export { text } from './elements/text.ts'
export { textInput, type TextInputOptions, type TextInputType } from './elements/text-input.ts'
export { cached, type CachedOptions } from './connect/cached.ts'
export { connect, type ConnectRequest } from './connect/connect.ts'
export type { Connection } from './connect/connection.ts'
export type { NewcomerDecision, TwoAccounts } from './connect/newcomer.ts'
export { userRecord, type UserRecord, type UserRecordOptions } from './connect/user-record.ts'
export { isThroughlineError, ThroughlineError, type Attribution } from './base/error.ts'
