/*
 * A person who has only a keyboard. They see where they are: each place where Tab stops is looked at for a sign of
 * the focus that is really painted, not clipped or covered.
 */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import type { Hand } from './exporter-walk.ts'

const MOST_STEPS = 150
interface Focused {
  readonly name: string
  readonly isCovered: boolean
}

type Area = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>

/** Room for an outline around what has the focus. */
const AROUND = 8

/** A keyboard, and what its person has met. */
export interface Keyboard extends Hand {
  /** Goes on or back by Tab until this has the focus. */
  reach(target: Locator): Promise<void>
  /** Presses a key; where the document stays, something of it must have the focus afterwards. */
  key(name: string): Promise<void>
  /** Fails where the focus was lost to the body since the last key. */
  assertFocus(): Promise<void>
  /** How many places have been looked at. */
  readonly looks: () => number
}

const FOCUSED = `(() => {
  const element = document.activeElement
  const { localName, id, textContent, ariaLabel } = element
  const { left, top, width, height } = element.getBoundingClientRect()
  return {
    name: [localName, id, ariaLabel ?? textContent.trim().slice(0, 40)].join(' '),
    isCovered: !element.contains(document.elementFromPoint(left + width / 2, top + height / 2)),
  }
})()`

/** Gives a page a person with a keyboard. */
export function takeKeyboard(page: Page): Keyboard {
  const looked = new Set<string>()

  async function step(key: 'Tab' | 'Shift+Tab'): Promise<void> {
    await page.keyboard.press(key)
    const { name, isCovered } = await page.evaluate<Focused>(FOCUSED)
    assert.doesNotMatch(name, /^(?:body|html) /, `${key} leads nowhere at ${page.url()}`)
    const place = `${new URL(page.url()).pathname} ${name}`
    assert.ok(!isCovered, `${place} is covered`)
    // Rows of a list differ in numbers and look alike.
    const kind = place.replaceAll(/\d+/g, '0')
    if (looked.has(kind)) return
    looked.add(kind)
    await assertSignOfFocus(page, place)
  }

  async function reach(target: Locator): Promise<void> {
    await target.waitFor()
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const where = await target.evaluate((element) => {
        const active = element.ownerDocument.activeElement
        if (active === element) return 'here'
        // DOCUMENT_POSITION_PRECEDING
        return element.compareDocumentPosition(active) & 4 ? 'before' : 'after'
      })
      if (where === 'here') return
      await step(where === 'before' ? 'Shift+Tab' : 'Tab')
    }
    assert.fail(`${MOST_STEPS} steps do not lead to ${String(target)}`)
  }

  async function key(name: string): Promise<void> {
    await page.evaluate('globalThis.isSameDocument = true')
    await page.keyboard.press(name)
  }

  return {
    reach,
    key,
    looks: () => looked.size,
    async assertFocus() {
      const lost = 'globalThis.isSameDocument && document.activeElement === document.body'
      // What was removed or disabled gives the focus back at the next frame.
      const settled = `new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(${lost}))))`
      assert.equal(Boolean(await page.evaluate(settled)), false, `focus was lost at ${page.url()}`)
    },
    async press(control) {
      await reach(control)
      await key('Enter')
    },
    async tick(box) {
      await reach(box)
      await key('Space')
    },
    async type(field, text) {
      await reach(field)
      await page.keyboard.type(text)
    },
  }
}

/** What stands around the focus, as far as it is in sight. */
const AREA = `(() => {
  const box = document.activeElement.getBoundingClientRect()
  const x = Math.max(0, box.left - ${AROUND}), y = Math.max(0, box.top - ${AROUND})
  const right = Math.min(innerWidth, box.right + ${AROUND})
  const bottom = Math.min(innerHeight, box.bottom + ${AROUND})
  return { x, y, width: right - x, height: bottom - y }
})()`

/** Fails where the focus shows no sign; what moves meanwhile is looked at again. */
async function assertSignOfFocus(page: Page, place: string): Promise<void> {
  let clip: Area | undefined
  do {
    clip = await page.evaluate<Area>(AREA)
    assert.ok(clip.width > 0 && clip.height > 0, `${place} is out of sight`)
    if (await showsSign(page, clip)) return
  } while (!isDeepStrictEqual(clip, await page.evaluate<Area>(AREA)))
  assert.fail(`${place} shows no sign of the focus`)
}

/** Compares what is painted with what would be without an outline. */
async function showsSign(page: Page, clip: Area): Promise<boolean> {
  const withSign = await page.screenshot({ clip, animations: 'disabled' })
  await page.evaluate(`(() => {
    globalThis.bare ??= new CSSStyleSheet()
    bare.replaceSync('*:focus{outline:none!important}')
    document.adoptedStyleSheets = [bare]
  })()`)
  const without = await page.screenshot({ clip, animations: 'disabled' })
  await page.evaluate('document.adoptedStyleSheets = []')
  return !withSign.equals(without)
}
