import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ThroughlineError, isThroughlineError } from '../base/error.ts'
import { createSheetApi } from './sheet-api.ts'

const EMAIL = 'app@example.com'

/** A way to a sheet whose every request is answered alike, and the tokens that it went with. */
function apiWith(answer: () => Promise<Response>) {
  const tokens: string[] = []
  let given = 0
  const api = createSheetApi({
    ...{ origin: 'https://sheets.example', spreadsheetId: 'sheet-1', email: EMAIL },
    access: { token: async () => `token ${(given += 1)}`, refuse: () => {} },
    fetch: (_url, init = {}) => {
      tokens.push(new Headers(init.headers).get('authorization') ?? '')
      return answer()
    },
  })
  return { api, tokens }
}

const fail = (status: number, message: string) => () =>
  Promise.resolve(Response.json({ error: { code: status, message } }, { status }))
const away = new ThroughlineError('oauth.unavailable', 'It broke off.', { attribution: 'provider' })
const tooLarge = new ThroughlineError('oauth.answer-too-large', 'So much.', {
  attribution: 'provider',
})

describe('createSheetApi()', () => {
  for (const [code, what, answer, said] of [
    [
      'sheet.not-found',
      'that there is no such sheet',
      fail(404, 'Requested entity was not found.'),
      /id in GOOGLE_SHEET_ID: it is the part .* \(Google says: Requested entity was not found\.\)$/,
    ],
    [
      'sheet.api-disabled',
      'that the API is not enabled',
      fail(403, 'Google Sheets API has not been used in project 7 before or it is disabled.'),
      /Enable it in the Google Cloud console/,
    ],
    [
      'sheet.not-shared',
      'that it may not',
      fail(403, 'The caller does not have permission'),
      /not shared with app@example\.com as an editor/,
    ],
    [
      'sheet.layout',
      'that a tab is gone',
      fail(400, "Unable to parse range: 'users'!1:1"),
      /Give it its name back/,
    ],
    ['sheet.refused', 'anything else', fail(400, 'Invalid requests[0]'), /Invalid requests\[0\]/],
    ['sheet.quota', 'that a minute is used up', fail(429, 'Quota exceeded'), /60 writes a minute/],
    ['sheet.unavailable', 'by 503', fail(503, 'x'), /answered with status 503/],
    [
      'sheet.unavailable',
      'by something that is no JSON',
      async () => new Response('<p>'),
      /status 200/,
    ],
    ['sheet.unavailable', 'not at all', () => Promise.reject(away), /It broke off\.$/],
    ['oauth.answer-too-large', 'by too much', () => Promise.reject(tooLarge), /So much/],
  ] as const) {
    test(`says ${code} where Google answers ${what}`, async () => {
      const { api } = apiWith(answer)
      await assert.rejects(api.loadTabs(), (error) => {
        assert.ok(isThroughlineError(error, code), String(error))
        assert.match(error.message, said)
        return true
      })
    })
  }

  test('asks once more with another token where the first is refused, and no third time', async () => {
    const { api, tokens } = apiWith(fail(401, 'Request had invalid authentication credentials.'))
    await assert.rejects(api.apply([], []))
    assert.deepEqual(tokens, ['Bearer token 1', 'Bearer token 2'])
  })

  test('reads what was entered as texts, a number and a formula too', async () => {
    const values = [
      { userEnteredValue: { stringValue: 'u.a' } },
      {},
      { userEnteredValue: { numberValue: 7 } },
      { userEnteredValue: { formulaValue: '=1+1' } },
    ]
    const sheet = { properties: { sheetId: 5 }, data: [{ rowData: [{ values }] }, {}] }
    const { api } = apiWith(async () => Response.json({ sheets: [sheet] }))
    assert.deepEqual(await api.load(['A:D', 'E:E']), [
      { sheetId: 5, cells: [['u.a', '', '7', '=1+1']] },
      { sheetId: 5, cells: [] },
    ])
  })
})
