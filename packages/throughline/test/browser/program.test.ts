/*
 * The program in the page, in a real Chromium, against a server whose every answer is written here: how
 * interactions are sent and in which order their answers are applied.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ATTRIBUTE, PART } from '../../src/protocol/attributes.ts'
import { FIELD, HEADER } from '../../src/protocol/fields.ts'
import { button, element, end, put, textInput } from './scripted-server.ts'
import { hiddenField, press, setStage, untilTitle, viewIds } from './stage.ts'

const stage = setStage()

describe('an interaction', () => {
  test('posts a press with tab, number, run and token, and shows elements as they come', async () => {
    const page = await stage.openPage({ view: element('go', button('go')), run: 4, number: 7 })
    const token = await hiddenField(page, FIELD.token)

    await press(page, 'go')
    const asked = await stage.server.next('POST')
    asked.send({ type: 'run', run: 5, from: 4 }, put('first', 'First', ''))
    await page.getByText('First').waitFor()

    assert.deepEqual(Object.fromEntries(asked.fields), {
      [FIELD.tab]: 'tab-one',
      [FIELD.number]: '7',
      [FIELD.run]: '4',
      [FIELD.token]: token,
      [FIELD.press]: 'go',
    })
    assert.equal(await page.locator('button[value=go]').getAttribute('aria-busy'), 'true')
    assert.equal(await hiddenField(page, FIELD.number), '8')
    assert.equal(await hiddenField(page, FIELD.run), '4')

    asked.end(put('last', 'Last', 'go'), end(5))
    await untilTitle(page, 'Run 5')

    assert.deepEqual(await viewIds(page), ['first', 'go', 'last'])
    assert.equal(await hiddenField(page, FIELD.run), '5')
    assert.equal(await page.locator('button[value=go]').getAttribute('aria-busy'), null)
  })

  test('sends a changed value by itself, and no other value', async () => {
    const view = element('one', textInput('one', 'a')) + element('two', textInput('two', 'b'))
    const page = await stage.openPage({ view })

    await page.fill('[name=one]', 'changed')
    await page.locator('[name=one]').blur()
    const asked = await stage.server.next('POST')

    assert.equal(asked.fields.get('one'), 'changed')
    assert.equal(asked.fields.has('two'), false)
    assert.equal(asked.fields.has(FIELD.press), false)
  })

  test('carries with a press what was typed and not sent yet', async () => {
    const view =
      element('one', '<input name="one" value="">') +
      element('two', textInput('two', '')) +
      element('go', button('go'))
    const page = await stage.openPage({ view })

    await page.fill('[name=one]', 'typed')
    await press(page, 'go')
    const asked = await stage.server.next('POST')

    assert.equal(asked.fields.get('one'), 'typed')
    assert.equal(asked.fields.has('two'), false)
  })

  test('repeats in the next one what may not have been delivered, and only that', async () => {
    const view = element('one', textInput('one', '')) + element('go', button('go'))
    const page = await stage.openPage({ view })

    await page.fill('[name=one]', 'typed')
    await press(page, 'go')
    const change = await stage.server.next('POST')
    const pressed = await stage.server.next('POST')

    assert.deepEqual([change.fields.get('one'), change.fields.get(FIELD.press)], ['typed', null])
    assert.deepEqual([pressed.fields.get('one'), pressed.fields.get(FIELD.press)], ['typed', 'go'])

    change.end({ type: 'run', run: 2, from: 1 }, end(2))
    pressed.end({ type: 'run', run: 3, from: 2 }, end(3))
    await untilTitle(page, 'Run 3')
    await press(page, 'go')

    assert.equal((await stage.server.next('POST')).fields.has('one'), false)
  })

  test('sends the marker of a checkbox that was unticked', async () => {
    const box = (checked: string) =>
      `<input type="hidden" name="box" value=""><input type="checkbox" name="box" value="1" ${ATTRIBUTE.sends} ${checked}>`
    const page = await stage.openPage({ view: element('box', box('checked')) })

    await page.locator('[type=checkbox]').click()
    const unticked = await stage.server.next('POST')
    unticked.end({ type: 'run', run: 2, from: 1 }, put('box', box('')), end(2))
    await untilTitle(page, 'Run 2')
    await page.locator('[type=checkbox]').click()

    assert.deepEqual(unticked.fields.getAll('box'), [''])
    assert.deepEqual((await stage.server.next('POST')).fields.getAll('box'), ['', '1'])
  })

  test('is sent by Enter in an input that does not send by itself', async () => {
    const page = await stage.openPage({ view: element('one', '<input name="one" value="">') })

    await page.fill('[name=one]', 'typed')
    await page.press('[name=one]', 'Enter')
    const asked = await stage.server.next('POST')

    assert.equal(asked.fields.get('one'), 'typed')
    assert.equal(asked.fields.has(FIELD.press), false)
  })

  test('is repeated with the same number when its token is outdated', async () => {
    const page = await stage.openPage({ view: element('go', button('go')), number: 3 })

    await press(page, 'go')
    const outdated = await stage.server.next('POST')
    outdated.end({ type: 'token', token: 'fresh' })
    const repeated = await stage.server.next('POST')

    assert.equal(repeated.fields.get(FIELD.number), '3')
    assert.equal(repeated.fields.get(FIELD.token), 'fresh')
    assert.equal(repeated.fields.get(FIELD.press), 'go')
    assert.equal(await hiddenField(page, FIELD.token), 'fresh')
  })

  test('is repeated no more than three times for its token, and the person is told', async () => {
    const page = await stage.openPage({ view: element('go', button('go')) })

    await press(page, 'go')
    for (const token of ['a', 'b', 'c', 'd']) {
      const asked = await stage.server.next('POST')
      asked.end({ type: 'token', token })
    }
    await page.locator(`#${PART.notice}`).getByText('refused this').waitFor()

    assert.equal(stage.server.waiting(), 0)
  })

  test('is repeated with the same number until the server is back', async () => {
    const page = await stage.openPage({ view: element('go', button('go')), number: 3 })
    await stage.server.goAway()

    await press(page, 'go')
    const away = page.getByText('can’t be reached')
    await away.waitFor()
    await stage.server.comeBack()
    const repeated = await stage.server.next('POST')
    repeated.end({ type: 'run', run: 2, from: 1 }, end(2))
    await untilTitle(page, 'Run 2')

    assert.equal(repeated.fields.get(FIELD.number), '3')
    assert.equal(await away.count(), 0)
  })

  test('is repeated when a proxy answers for a server that is down, and when its answer is cut', async () => {
    const page = await stage.openPage({ view: element('go', button('go')), number: 3 })

    await press(page, 'go')
    const first = await stage.server.next('POST')
    first.refuse(502, 'Bad gateway')
    const second = await stage.server.next('POST')
    second.send({ type: 'run', run: 2, from: 1 }, put('half', 'Half', 'go'))
    await page.getByText('Half').waitFor()
    second.cut()
    const third = await stage.server.next('POST')

    assert.equal(third.fields.get(FIELD.number), '3')
    assert.equal(third.fields.get(FIELD.run), '0')
  })

  test('that is refused is not repeated; its text is shown and its values are sent with the next', async () => {
    const view = element('one', textInput('one', '')) + element('go', button('go'))
    const page = await stage.openPage({ view })

    await page.fill('[name=one]', 'long')
    await page.locator('[name=one]').blur()
    const refused = await stage.server.next('POST')
    refused.refuse(413, 'That is too much.')
    await page.locator(`#${PART.notice}`).getByText('That is too much.').waitFor()
    await press(page, 'go')
    const next = await stage.server.next('POST')

    assert.equal(next.fields.get('one'), 'long')
    assert.equal(next.fields.get(FIELD.number), '2')
  })

  test('is stopped by the stop button, which appears when it takes long', async () => {
    const page = await stage.openPage({ view: element('go', button('go')), number: 3 })

    await press(page, 'go')
    const asked = await stage.server.next('POST')
    assert.equal(await page.locator(`#${PART.busy}`).isVisible(), false)
    await page.getByRole('button', { name: 'Stop' }).click()
    const stop = await stage.server.next('POST')

    assert.equal(stop.fields.get(FIELD.stop), '1')
    assert.equal(stop.fields.get(FIELD.number), '3')
    assert.equal(stop.fields.get(FIELD.tab), 'tab-one')
    assert.equal(await hiddenField(page, FIELD.number), '4')

    asked.end({ type: 'run', run: 2, from: 1 }, end(2))
    await page.locator(`#${PART.busy}`).waitFor({ state: 'hidden' })
  })
})

describe('a press that the browser submits itself', () => {
  const native = element('out', button('out', ATTRIBUTE.native))

  test('has the number that is due, and leaves the next one higher', async () => {
    const view = native + element('one', '<input name="one" value="a">')
    const page = await stage.openPage({ view, number: 5 })
    await page.fill('[name=one]', 'typed')

    await press(page, 'out')
    const asked = await stage.server.next('POST')
    asked.refuse(200, 'a file', { 'content-disposition': 'attachment; filename=file.txt' })
    await page.waitForFunction(`document.querySelector('[name="${FIELD.number}"]').value === '6'`)

    assert.match(String(asked.headers['accept']), /text\/html/)
    assert.equal(asked.fields.get(FIELD.number), '5')
    assert.equal(asked.fields.get(FIELD.press), 'out')
    assert.equal(asked.fields.get('one'), 'typed')
  })

  test('names the tab to the document that replaces this one', async () => {
    const page = await stage.openPage({ view: native })

    await press(page, 'out')
    const asked = await stage.server.next('POST')

    assert.match(String(asked.headers['cookie']), /tl-tab=tab-one/)
  })
})

describe('answers', () => {
  const two = element('one', button('one')) + element('two', button('two'))

  test('are applied in the order in which their requests were sent', async () => {
    const page = await stage.openPage({ view: two })
    await press(page, 'one')
    const first = await stage.server.next('POST')
    first.send({ type: 'run', run: 2, from: 1 }, put('early', 'Early', ''))
    await press(page, 'two')
    const second = await stage.server.next('POST')

    second.end({ type: 'run', run: 3, from: 2 }, put('late', 'Late', 'two'), end(3))
    await page.getByText('Early').waitFor()
    assert.equal(await page.getByText('Late').count(), 0)
    first.end(end(2))
    await untilTitle(page, 'Run 3')

    assert.deepEqual(await viewIds(page), ['early', 'one', 'two', 'late'])
  })

  test('of what follows a press are asked for when the press is delivered, so that no node acts on the later first', async () => {
    const page = await stage.openPage({ view: two })
    let hasArrived = false
    await press(page, 'one')
    const first = await stage.server.next('POST')
    await press(page, 'two')
    const second = stage.server.next('POST').finally(() => (hasArrived = true))

    await page.evaluate(() => fetch('/healthz'))
    assert.equal(hasArrived, false)
    first.end({ type: 'run', run: 2, from: 1 }, end(2))

    assert.equal((await second).fields.get(FIELD.press), 'two')
  })

  test('name the run that will be shown by then as the one to start from', async () => {
    const page = await stage.openPage({ view: two })
    await press(page, 'one')
    const first = await stage.server.next('POST')
    first.send({ type: 'run', run: 2, from: 1 }, put('early', 'Early', ''))
    await page.getByText('Early').waitFor()

    await press(page, 'two')

    assert.equal((await stage.server.next('POST')).fields.get(FIELD.run), '2')
  })

  test('that start from another view are dropped, and the whole is asked for', async () => {
    const page = await stage.openPage({ view: two, run: 4 })

    await press(page, 'one')
    const asked = await stage.server.next('POST')
    asked.end({ type: 'run', run: 6, from: 5 }, put('wrong', 'Wrong', ''), end(6))
    const whole = await stage.server.next('GET')

    assert.equal(whole.headers[HEADER.run], '0')
    assert.equal(whole.headers[HEADER.tab], 'tab-one')
    assert.equal(await page.getByText('Wrong').count(), 0)

    whole.end({ type: 'run', run: 6, from: null }, put('new', 'New', ''), put('two', 'Two'), end(6))
    await untilTitle(page, 'Run 6')

    assert.deepEqual(await viewIds(page), ['new', 'two'])
    assert.equal(stage.server.waiting(), 0)
  })

  test('of a run older than the newest are ignored', async () => {
    const page = await stage.openPage({ view: two, run: 4 })

    await press(page, 'one')
    const asked = await stage.server.next('POST')
    asked.end({ type: 'run', run: 3, from: null }, put('old', 'Old', ''), end(3))
    await page.locator('button[aria-busy]').waitFor({ state: 'detached' })

    assert.deepEqual(await viewIds(page), ['one', 'two'])
    assert.equal(await hiddenField(page, FIELD.run), '4')
    assert.equal(stage.server.waiting(), 0)
  })

  test('that yielded remove nothing: the next one brings the whole', async () => {
    const page = await stage.openPage({ view: two })
    await press(page, 'one')
    const first = await stage.server.next('POST')
    first.send({ type: 'run', run: 2, from: null }, put('some', 'Some', ''))
    await page.getByText('Some').waitFor()
    await press(page, 'two')
    const second = await stage.server.next('POST')

    first.end({ type: 'end', run: 2, title: 'Half', news: 1, yielded: true })
    second.send({ type: 'run', run: 3, from: null }, put('more', 'More', ''))
    await page.getByText('More').waitFor()
    assert.deepEqual(await viewIds(page), ['more', 'some', 'one', 'two'])
    second.end(end(3))
    await untilTitle(page, 'Run 3')

    assert.deepEqual(await viewIds(page), ['more'])
  })

  test('are applied in a hidden tab, where no animation frame comes', async () => {
    const view = element('go', button('go'))
    const noFrames = 'window.requestAnimationFrame = () => 0'
    const page = await stage.openPage({ view }, '/', noFrames)

    await press(page, 'go')
    const asked = await stage.server.next('POST')
    await page.evaluate(
      "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })",
    )
    asked.send({ type: 'run', run: 2, from: 1 }, put('a', 'A', 'go'))
    asked.send(put('b', 'B', 'a'))
    asked.end(end(2))
    await untilTitle(page, 'Run 2')

    assert.deepEqual(await viewIds(page), ['go', 'a', 'b'])
  })

  test('bring sentences to the person', async () => {
    const page = await stage.openPage({ view: two })

    await press(page, 'one')
    const asked = await stage.server.next('POST')
    asked.end({ type: 'notice', text: 'Already done.' }, { type: 'run', run: 2, from: 1 }, end(2))
    const notice = page.locator(`#${PART.notice}`).getByText('Already done.')
    await notice.waitFor()
    await page.getByRole('button', { name: 'Close' }).click()

    assert.equal(await notice.count(), 0)
  })
})

describe('what may grow old unheard', () => {
  const old = (text: string) => `<p ${ATTRIBUTE.asksAfter}="50">${text}</p>`

  test('is asked for again without news, until the answer holds nothing of the kind', async () => {
    const page = await stage.openPage({ view: element('going', old('Sending')) })

    const first = await stage.server.next('GET')
    first.end({ type: 'run', run: 2, from: 1 }, put('going', old('Sending still')), end(2))
    const second = await stage.server.next('GET')
    second.end({ type: 'run', run: 3, from: 2 }, put('going', '<p>Stopped</p>'), end(3))
    await untilTitle(page, 'Run 3')
    await new Promise((resolve) => setTimeout(resolve, 200))

    assert.equal(first.headers[HEADER.run], '1')
    assert.equal(stage.server.waiting(), 0)
  })
})
