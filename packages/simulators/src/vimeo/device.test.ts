/** The device grant: codes, the page on which a person enters one, and the poll. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { callApi, readJson, startTestSimulator, type TestSimulator } from './testing.ts'

type Codes = Readonly<Record<'device_code' | 'user_code', string>>

function post(
  simulator: TestSimulator,
  path: string,
  parameters: Readonly<Record<string, string>>,
  authorization = simulator.basic,
): Promise<Response> {
  return fetch(`${simulator.origin}${path}`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(parameters),
  })
}

async function createCodes(simulator: TestSimulator): Promise<Codes> {
  const scope = 'public private video_files'
  const response = await post(simulator, '/oauth/device', { grant_type: 'device_grant', scope })
  return (await response.json()) as Codes
}

function poll(simulator: TestSimulator, { device_code, user_code }: Codes): Promise<Response> {
  return post(simulator, '/oauth/device/authorize', { device_code, user_code })
}

/** What a person does on the page. */
function decide(
  simulator: TestSimulator,
  userCode: string,
  decision: 'allow' | 'deny',
  granted: readonly string[] = ['private', 'video_files'],
): Promise<Response> {
  const form = new URLSearchParams({
    user_code: userCode,
    person: simulator.people[1].id,
    decision,
  })
  for (const scope of granted) form.append('granted', scope)
  return fetch(`${simulator.origin}/activate`, { method: 'POST', body: form })
}

describe('POST /oauth/device', () => {
  test('answers both codes, both links, the lifetime and the interval', async (t) => {
    const simulator = await startTestSimulator(t)

    const { device_code: deviceCode, user_code: userCode, ...rest } = await createCodes(simulator)

    assert.match(deviceCode, /^[0-9a-f]{40}$/)
    assert.match(userCode, /^[A-HJ-NP-Z2-9]{5}$/)
    assert.deepEqual(rest, {
      activate_link: `${simulator.origin}/activate`,
      authorize_link: `${simulator.origin}/oauth/device/authorize`,
      expires_in: 600,
      interval: 5,
    })
  })

  test('refuses an unknown client, another grant type and a scope that does not exist', async (t) => {
    const simulator = await startTestSimulator(t)
    const grant = { grant_type: 'device_grant' }

    const answers = [
      await post(simulator, '/oauth/device', grant, 'Basic bm86'),
      await post(simulator, '/oauth/device', { grant_type: 'password' }),
      await post(simulator, '/oauth/device', { ...grant, scope: 'everything' }),
    ]

    assert.deepEqual(
      await Promise.all(answers.map(async (answer) => (await readJson(answer))['error'])),
      ['invalid_client', 'unsupported_grant_type', 'invalid_scope'],
    )
  })
})

describe('POST /oauth/device/authorize', () => {
  test('answers 400 until a person has approved, then a token of that person, once', async (t) => {
    const simulator = await startTestSimulator(t)
    const codes = await createCodes(simulator)

    const early = await poll(simulator, codes)
    await decide(simulator, codes.user_code, 'allow', ['private'])
    simulator.passSeconds(5)
    const approved = await poll(simulator, codes)
    const token = await readJson(approved)
    simulator.passSeconds(5)
    const again = await poll(simulator, codes)
    const me = await callApi(simulator, token['access_token'] as string, '/me')

    assert.equal(early.status, 400)
    assert.equal((await readJson(early))['error'], 'authorization_pending')
    assert.equal(approved.status, 200)
    assert.equal(token['scope'], 'private public')
    assert.equal((await readJson(me))['name'], 'Grace Sample')
    assert.equal(again.status, 400)
  })

  test('tells a device that comes before its interval to slow down, approved or not', async (t) => {
    const simulator = await startTestSimulator(t)
    const codes = await createCodes(simulator)
    await poll(simulator, codes)
    await decide(simulator, codes.user_code, 'allow')

    simulator.passSeconds(4)
    const tooSoon = await poll(simulator, codes)
    simulator.passSeconds(5)

    assert.equal((await readJson(tooSoon))['error'], 'slow_down')
    assert.equal((await poll(simulator, codes)).status, 200)
  })

  test('answers under the status of the switch once the person denied', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { deviceEndStatus: 403 } })
    const codes = await createCodes(simulator)

    await decide(simulator, codes.user_code, 'deny')
    const answer = await poll(simulator, codes)

    assert.equal(answer.status, 403)
    assert.equal((await readJson(answer))['error'], 'access_denied')
  })

  test('ends after ten minutes, for the device and for the person', async (t) => {
    const simulator = await startTestSimulator(t)
    const codes = await createCodes(simulator)

    simulator.passSeconds(600)

    assert.equal((await readJson(await poll(simulator, codes)))['error'], 'expired_token')
    assert.equal((await decide(simulator, codes.user_code, 'allow')).status, 400)
  })

  test('needs the client, and both codes of one device', async (t) => {
    const simulator = await startTestSimulator(t)
    const [one, other] = [await createCodes(simulator), await createCodes(simulator)]
    await decide(simulator, one.user_code, 'allow')

    const mixed = await poll(simulator, { ...one, user_code: other.user_code })
    const stranger = await post(simulator, '/oauth/device/authorize', { ...one }, '')

    assert.equal((await readJson(mixed))['error'], 'invalid_grant')
    assert.equal((await readJson(stranger))['error'], 'invalid_client')
    assert.equal((await poll(simulator, one)).status, 200)
  })

  test('gives nothing for an approval that the person has taken back', async (t) => {
    const simulator = await startTestSimulator(t)
    const codes = await createCodes(simulator)
    await decide(simulator, codes.user_code, 'allow')

    simulator.revokeGrant(simulator.people[1].uri)

    assert.equal((await poll(simulator, codes)).status, 400)
  })
})

describe('/activate', () => {
  async function visit(simulator: TestSimulator, query = ''): Promise<string> {
    return (await fetch(`${simulator.origin}/activate${query}`)).text()
  }

  test('leads from the code over the sign-in to consent, and says that it is done', async (t) => {
    const simulator = await startTestSimulator(t)
    const { user_code: userCode } = await createCodes(simulator)
    const typed = ` ${userCode.toLowerCase().slice(0, 2)}-${userCode.slice(2)}`

    const start = await visit(simulator)
    const signIn = await visit(simulator, `?${new URLSearchParams({ user_code: typed })}`)
    const page = await visit(simulator, `?user_code=${userCode}&person=98765432`)
    const done = await (await decide(simulator, userCode, 'allow')).text()

    assert.match(start, /name="user_code"/)
    assert.match(signIn, /action="\/activate"[\s\S]*Continue as Ada Example/)
    assert.match(page, /Ada Example[\s\S]*Use another account[\s\S]*>Allow</)
    assert.match(page, new RegExp(`shows the code ${userCode}`))
    assert.match(done, /Your device is connected/)
  })

  test('says that a code is not known, and writes it as text', async (t) => {
    const simulator = await startTestSimulator(t)

    const html = await visit(simulator, '?user_code=%3Cb%3E')

    assert.match(html, /role="alert"[\s\S]*&lt;b&gt;/)
    assert.doesNotMatch(html, /<b>/)
  })

  test('takes one decision for a code', async (t) => {
    const simulator = await startTestSimulator(t)
    const codes = await createCodes(simulator)

    await decide(simulator, codes.user_code, 'deny')
    const second = await decide(simulator, codes.user_code, 'allow')

    assert.equal(second.status, 400)
    assert.equal((await poll(simulator, codes)).status, 400)
  })

  test('leaves neither code in the log of requests', async (t) => {
    const simulator = await startTestSimulator(t)
    const { user_code: userCode } = await createCodes(simulator)

    await visit(simulator, `?user_code=${userCode}`)

    assert.equal(simulator.requests.at(-1)?.query, '?user_code=…')
  })
})
