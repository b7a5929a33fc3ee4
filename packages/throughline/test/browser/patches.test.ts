/*
 * What a patch leaves alone on the page: what is being typed, where the person is, what they opened.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ATTRIBUTE } from '../../src/protocol/attributes.ts'
import { HEADER } from '../../src/protocol/fields.ts'
import type { Patch } from '../../src/protocol/frame.ts'
import { button, element, end, put, textInput } from './scripted-server.ts'
import { hiddenField, setStage, setVisibility, untilTitle, viewIds } from './stage.ts'

const stage = setStage()
const go = element('go', button('go'))

/** Begins a run by script, so that focus stays where it is; the answer is then sent by the test. */
async function begin(page: Page) {
  await page.evaluate(
    "document.querySelector('form').requestSubmit(document.querySelector('#go button'))",
  )
  return stage.server.next('POST')
}

/** Has these patches applied. */
async function patch(page: Page, ...patches: Patch[]): Promise<void> {
  const run = Number(await hiddenField(page, 'tl-run'))
  const asked = await begin(page)
  asked.end({ type: 'run', run: run + 1, from: run }, ...patches, end(run + 1))
  await untilTitle(page, `Run ${run + 1}`)
}

const focused = (page: Page) => page.evaluate('document.activeElement.id')
const caret = (page: Page) =>
  page.evaluate('[document.activeElement.selectionStart, document.activeElement.selectionEnd]')

describe('a patch', () => {
  test('keeps what is being typed, the caret and the focus', async () => {
    const page = await stage.openPage({ view: go + element('name', textInput('name', 'old')) })
    await page.locator('[name=name]').fill('typing')
    await page.evaluate("document.querySelector('[name=name]').setSelectionRange(2, 4)")
    const asked = await begin(page)
    await page.locator('[name=name]').press('End')
    await page.locator('[name=name]').press('x')
    await page.evaluate("document.querySelector('[name=name]').setSelectionRange(2, 4)")

    asked.end({ type: 'run', run: 2, from: 1 }, put('name', textInput('name', 'typing')), end(2))
    await untilTitle(page, 'Run 2')

    assert.equal(await page.inputValue('[name=name]'), 'typingx')
    assert.equal(await focused(page), 'name:input')
    assert.deepEqual(await caret(page), [2, 4])
  })

  test('keeps typed text that the person has left, while the server says nothing new of it', async () => {
    const plain = (value: string, label: string) =>
      `<label>${label}</label><input name="name" value="${value}" ${ATTRIBUTE.known}="${value}">`
    const page = await stage.openPage({ view: go + element('name', plain('old', 'A')) })
    const asked = await begin(page)
    await page.fill('[name=name]', 'typed')
    await page.locator('[name=name]').blur()

    asked.end({ type: 'run', run: 2, from: 1 }, put('name', plain('old', 'B')), end(2))
    await page.getByText('B', { exact: true }).waitFor()
    assert.equal(await page.inputValue('[name=name]'), 'typed')

    const second = await begin(page)
    assert.equal(second.fields.get('name'), 'typed')
    await page.fill('[name=name]', 'typed more')
    await page.locator('[name=name]').blur()
    second.end({ type: 'run', run: 3, from: 2 }, put('name', plain('new', 'C')), end(3))
    await untilTitle(page, 'Run 3')

    assert.equal(await page.inputValue('[name=name]'), 'new')
  })

  test('takes over what the server made of a sent value, and leaves the caret', async () => {
    const page = await stage.openPage({ view: go + element('name', textInput('name', '')) })
    await page.locator('[name=name]').pressSequentially('abc  ')
    await page.evaluate("document.querySelector('[name=name]').setSelectionRange(1, 1)")
    const asked = await begin(page)

    asked.end({ type: 'run', run: 2, from: 1 }, put('name', textInput('name', 'abc')), end(2))
    await untilTitle(page, 'Run 2')

    assert.equal(asked.fields.get('name'), 'abc  ')
    assert.equal(await page.inputValue('[name=name]'), 'abc')
    assert.deepEqual(await caret(page), [1, 1])
  })

  test('of an earlier answer does not put back a value that was sent later', async () => {
    const select = (chosen: string) =>
      `<select name="size" ${ATTRIBUTE.sends} ${ATTRIBUTE.known}="${chosen}">${['S', 'M', 'L']
        .map((size) => `<option ${size === chosen ? 'selected' : ''}>${size}</option>`)
        .join('')}</select>`
    const page = await stage.openPage({ view: go + element('size', select('S')) })
    await page.selectOption('[name=size]', 'M')
    const first = await stage.server.next('POST')
    await page.selectOption('[name=size]', 'L')
    const second = await stage.server.next('POST')

    first.end({ type: 'run', run: 2, from: 1 }, put('size', select('M')), end(2))
    await untilTitle(page, 'Run 2')
    assert.equal(await page.inputValue('[name=size]'), 'L')
    second.end({ type: 'run', run: 3, from: 2 }, put('size', select('S')), end(3))
    await untilTitle(page, 'Run 3')

    assert.equal(await page.inputValue('[name=size]'), 'S')
  })

  test('of an earlier answer says which rows are there, and leaves a box ticked that was sent later', async () => {
    const rows = (...keys: string[]) =>
      `<input type="hidden" name="rows" value='${JSON.stringify(keys)}' ${ATTRIBUTE.known}="${keys.join()}">${keys
        .map((key) => `<input type="checkbox" name="rows" value="${key}" ${ATTRIBUTE.sends}>`)
        .join('')}`
    const search = `<input name="search" ${ATTRIBUTE.sends} ${ATTRIBUTE.known}="">`
    const view = element('search', search) + element('rows', rows('a', 'b'))
    const page = await stage.openPage({ view })
    await page.fill('[name=search]', 'a')
    await page.locator('[name=search]').blur()
    const first = await stage.server.next('POST')
    await page.check('[value=a]')
    const second = await stage.server.next('POST')

    first.end({ type: 'run', run: 2, from: 1 }, put('rows', rows('a')), end(2))
    await untilTitle(page, 'Run 2')
    assert.equal(await page.locator('[type=hidden][name=rows]').inputValue(), '["a"]')
    assert.ok(await page.isChecked('[value=a]'))
    second.end({ type: 'run', run: 3, from: 2 }, end(3))
    await untilTitle(page, 'Run 3')
  })

  test('ticks and unticks what the server says', async () => {
    const boxes = (ticked: boolean) =>
      ['a', 'b']
        .map(
          (value) =>
            `<input type="checkbox" name="rows" value="${value}" ${ticked ? 'checked' : ''}>`,
        )
        .join('')
    const marker = (known: string) =>
      `<input type="hidden" name="rows" value="" ${ATTRIBUTE.known}="${known}">`
    const page = await stage.openPage({ view: go + element('rows', marker('none') + boxes(false)) })

    await patch(page, put('rows', marker('all') + boxes(true)))
    assert.equal(await page.locator(':checked').count(), 2)
    await patch(page, put('rows', marker('none') + boxes(false)))

    assert.equal(await page.locator(':checked').count(), 0)
    assert.equal((await begin(page)).fields.has('rows'), false)
  })

  test('leaves the focus on the heading of a page that is rendered anew', async () => {
    const page = await stage.openPage({ view: go })
    const asked = await begin(page)
    const heading = (text: string) => put('top', `<h1>${text}</h1>`, '')
    asked.send({ type: 'go', url: '/next' }, { type: 'run', run: 2, from: null }, heading('One'))
    await page.getByRole('heading', { name: 'One' }).waitFor()
    asked.send(end(2), { type: 'run', run: 3, from: null })
    asked.end(heading('Two'), put('go', button('go'), 'top'), end(3))
    await untilTitle(page, 'Run 3')

    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Two')
  })

  test('gives the focus to the heading where it takes away what had it, and nowhere else', async () => {
    const view = element('top', '<h1>Top</h1>') + element('name', textInput('name', '')) + go
    const page = await stage.openPage({ view })
    await page.locator('#name\\:input').focus()
    await patch(page, put('more', 'More', 'go'))
    assert.equal(await focused(page), 'name:input')

    await patch(page, { type: 'remove', ids: ['name'] })
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Top')
    await page.locator('button[value=go]').focus()
    await patch(page, { type: 'remove', ids: ['more'] })
    assert.equal(await page.evaluate('document.activeElement.value'), 'go')
  })

  test('gives the focus to the heading where a stop button or a notice goes that has it', async () => {
    const view = element('top', '<h1>Top</h1>') + element('name', textInput('name', '')) + go
    const page = await stage.openPage({ view })
    const first = await begin(page)
    const stop = page.getByRole('button', { name: 'Stop' })
    await stop.waitFor()
    await stop.focus()
    first.end(
      { type: 'notice', text: 'Stopped.' },
      { type: 'notice', text: 'Nothing was lost.' },
      { type: 'run', run: 2, from: 1 },
      end(2),
    )
    await stop.waitFor({ state: 'hidden' })
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Top')

    const close = page.getByRole('button', { name: 'Close' })
    await close.first().focus()
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Top')
    await page.locator('#name\\:input').focus()
    await close.dispatchEvent('click')
    assert.equal(await close.count(), 0)
    assert.equal(await focused(page), 'name:input')
  })

  test('moves an element and keeps its focus, caret and scroll', async () => {
    const box =
      '<div class="box" style="height:20px;overflow:auto"><p style="height:90px">x</p></div>'
    const view = element('name', textInput('name', 'text') + box) + element('other', 'Other') + go
    const page = await stage.openPage({ view })
    await page.focus('[name=name]')
    await page.evaluate("document.querySelector('[name=name]').setSelectionRange(1, 3)")
    await page.evaluate("document.querySelector('.box').scrollTop = 30")

    await patch(page, { type: 'move', id: 'name', after: 'go' })

    assert.deepEqual(await viewIds(page), ['other', 'go', 'name'])
    assert.equal(await focused(page), 'name:input')
    assert.deepEqual(await caret(page), [1, 3])
    assert.equal(await page.evaluate("document.querySelector('.box').scrollTop"), 30)
  })

  test('moves an element where the browser cannot do it without a gap, too', async () => {
    const view = element('name', textInput('name', 'text')) + element('other', 'Other') + go
    const page = await stage.openPage({ view }, '/', 'delete Element.prototype.moveBefore')
    await page.focus('[name=name]')
    await page.evaluate("document.querySelector('[name=name]').setSelectionRange(1, 1)")

    await patch(page, { type: 'move', id: 'name', after: 'other' })

    assert.deepEqual(await viewIds(page), ['other', 'name', 'go'])
    assert.equal(await focused(page), 'name:input')
    assert.deepEqual(await caret(page), [1, 1])
  })

  test('puts, moves and removes in order', async () => {
    const view = element('a', 'A') + element('b', 'B') + go
    const page = await stage.openPage({ view })

    await patch(page, put('c', 'C', ''), put('b', 'B2', 'c'), put('d', 'D', 'b'), {
      type: 'remove',
      ids: ['a'],
    })

    assert.deepEqual(await viewIds(page), ['c', 'b', 'd', 'go'])
    assert.equal(await page.locator('#b').textContent(), 'B2')
  })

  test('leaves open what the person opened, and closes what the server closes', async () => {
    const details = (open: string, text: string) =>
      `<details ${open}><summary>More</summary>${text}</details>`
    const page = await stage.openPage({ view: element('more', details('', 'one')) + go })
    await page.getByText('More').click()

    await patch(page, put('more', details('', 'two')))
    assert.equal(await page.locator('details').getAttribute('open'), '')
    await patch(page, put('more', details('open', 'three')))
    await patch(page, put('more', details('', 'four')))

    assert.equal(await page.locator('details').getAttribute('open'), null)
  })

  test('lets a video play on', async () => {
    const page = await stage.openPage({ view: element('film', '<video muted></video>') + go })
    await page.evaluate(`(() => {
      const canvas = document.createElement('canvas')
      const video = document.querySelector('video')
      video.muted = true
      video.srcObject = canvas.captureStream()
      setInterval(() => canvas.getContext('2d').fillRect(0, 0, 9, 9), 20)
      void video.play()
    })()`)

    await patch(page, put('film', '<p>Now playing</p><video muted width="300"></video>'))

    assert.equal(await page.evaluate("document.querySelector('video').paused"), false)
    assert.equal(await page.evaluate("document.querySelector('video').srcObject !== null"), true)
  })

  test('waits for the end of a click, which a shifting page would lose', async () => {
    const page = await stage.openPage({ view: element('other', button('other')) + go })
    const asked = await begin(page)
    await page.hover('button[value=other]')

    await page.mouse.down()
    asked.end({ type: 'run', run: 2, from: 1 }, put('tall', '<p>Shift</p>'.repeat(20), ''), end(2))
    const settled = await Promise.race([
      untilTitle(page, 'Run 2').then(() => 'shifted'),
      page.waitForTimeout(150).then(() => 'waited'),
    ])
    await page.mouse.up()
    const pressed = await stage.server.next('POST')

    assert.equal(settled, 'waited')
    assert.equal(pressed.fields.get('tl-press'), 'other')
    await untilTitle(page, 'Run 2')
  })

  test('does not dim what the run has confirmed, and dims the rest after a moment', async () => {
    const view = element('a', 'A') + element('b', 'B') + go
    const page = await stage.openPage({ view })
    const asked = await begin(page)

    asked.send({ type: 'run', run: 2, from: null }, put('a', 'A', ''))
    await page.locator('.tl-waiting').waitFor()
    assert.deepEqual(
      await page.locator('.tl-confirmed').evaluateAll((all) => all.map(({ id }) => id)),
      ['a'],
    )
    asked.end(put('go', button('go')), end(2))
    await untilTitle(page, 'Run 2')

    assert.equal(await page.locator('.tl-waiting, .tl-confirmed').count(), 0)
    assert.deepEqual(await viewIds(page), ['a', 'go'])
  })
})

describe('the first document', () => {
  test('sends with the next interaction what the browser restored into its inputs', async () => {
    const page = await stage.openPage(
      { view: go + element('name', textInput('name', 'old')) },
      '/',
      `
      addEventListener('DOMContentLoaded', () => {}, true)
      new MutationObserver((_, observer) => {
        const input = document.querySelector('[name=name]')
        if (input === null) return
        observer.disconnect()
        input.value = 'restored'
      }).observe(document, { childList: true, subtree: true })`,
    )

    assert.equal((await begin(page)).fields.get('name'), 'restored')
  })

  test('loses the elements that were replaced while it was sent', async () => {
    const rule = '<style data-tl-hides="a">[id="a"]:has(~style){display:none}</style>'
    const view = element('a', 'Old') + element('b', 'B') + rule + element('a', 'New') + go
    const page = await stage.openPage({ view })

    await patch(page, put('a', 'Newest'))

    assert.deepEqual(await viewIds(page), ['b', 'a', 'go'])
    assert.equal(await page.locator('#a').textContent(), 'Newest')
  })

  test('that is incomplete asks for the whole at once', async () => {
    const page = await stage.openPage({ view: go, body: ATTRIBUTE.incomplete, run: 3 })
    const asked = await stage.server.next('GET')
    asked.end({ type: 'run', run: 3, from: null }, put('a', 'A', ''), end(3))
    await untilTitle(page, 'Run 3')

    assert.equal(asked.headers[HEADER.run], '0')
    assert.deepEqual(await viewIds(page), ['a'])
  })

  test('asks nothing when it is complete, not even when it is hidden and shown', async () => {
    const page = await stage.openPage({ view: go, news: 3 })
    const stream = await stage.server.nextStream()
    stream.news(3)
    await setVisibility(page, 'hidden')
    await setVisibility(page, 'visible')
    const again = await stage.server.nextStream()
    again.news(3)
    await begin(page)

    assert.equal(stage.server.waiting(), 0)
  })
})
