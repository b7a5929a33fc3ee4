/*
 * What is shown of a saving: how far it is, file by file and in all, then what was not saved and why.
 */
import { toPartText, toSizeText } from '../protocol/size-text.ts'

/** How far a saving is. */
export interface FolderProgress {
  /** The present file. */
  readonly name: string
  readonly bytes: number
  readonly size: number | undefined
  /** Bytes of all files that are there. */
  readonly done: number
  /** Bytes of all files; absent where some length is not known. */
  readonly whole: number | undefined
  readonly count: number
  readonly of: number
}

/** How a saving ended. */
export interface FolderEnd {
  readonly count: number
  readonly of: number
  readonly bytes: number
  readonly failures: readonly string[]
  readonly again: () => void
}

/** Shows one saving. */
export interface Panel {
  readonly root: HTMLElement
  /** Shows a sentence alone, with things to do. */
  say(text: string, actions?: Readonly<Record<string, () => void>>): void
  start(stop: () => void): void
  progress(progress: FolderProgress): void
  end(end: FolderEnd): void
  /** Adds a sentence. */
  warn(text: string): void
}

/** Makes an empty one. */
export function createPanel(): Panel {
  const root = document.createElement('div')
  const all = createBar('All files')
  const one = createBar('This file')

  function say(text: string, actions: Readonly<Record<string, () => void>> = {}): void {
    const line = createText('p', text)
    line.setAttribute('role', 'status')
    root.replaceChildren(line, ...createButtons(actions))
  }

  return {
    root,
    say,
    start(stop) {
      root.replaceChildren(
        all.label,
        all.bar,
        one.label,
        one.bar,
        ...createButtons({ Cancel: stop }),
      )
    },
    progress({ name, bytes, size, done, whole, count, of }) {
      const part = whole === undefined ? (count - 1) / of : done / whole
      all.show(`File ${count} of ${of}, ${toPartText(done, whole)}`, part)
      one.show(`${name}, ${toPartText(bytes, size)}`, size === undefined ? undefined : bytes / size)
    },
    end({ count, of, bytes, failures, again }) {
      const saved = `${count} of ${of} files saved, ${toSizeText(bytes)}.`
      say(saved, failures.length === 0 ? {} : { 'Try the rest again': again })
      if (failures.length === 0) return
      const list = document.createElement('ul')
      list.append(...failures.map((failure) => createText('li', failure)))
      root.append(list)
    },
    warn(text) {
      root.append(createText('p', text))
    },
  }
}

function createBar(name: string) {
  const label = createText('p', '')
  const bar = document.createElement('progress')
  bar.setAttribute('aria-label', name)
  return {
    label,
    bar,
    show(text: string, value: number | undefined) {
      label.textContent = text
      if (value === undefined) bar.removeAttribute('value')
      else bar.value = Number.isFinite(value) ? value : 1
    },
  }
}

function createText(tag: 'p' | 'li', text: string): HTMLElement {
  const element = document.createElement(tag)
  element.dir = 'auto'
  element.textContent = text
  return element
}

function createButtons(actions: Readonly<Record<string, () => void>>): HTMLElement[] {
  return Object.entries(actions).map(([label, act]) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = label
    button.addEventListener('click', act)
    return button
  })
}
