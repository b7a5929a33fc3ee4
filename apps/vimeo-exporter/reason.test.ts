import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reasonForNoFile, toReasonText } from './reason.ts'
import type { AccountFacts, VideoFacts } from './reason.ts'

const video: VideoFacts = { status: 'available', transcoding: 'complete', ownerUri: '/users/1' }
const account: AccountFacts = {
  uri: '/users/1',
  plan: 'standard',
  scope: ['public', 'private', 'video_files'],
}

describe('reasonForNoFile()', () => {
  const cases: readonly (readonly [Partial<VideoFacts>, Partial<AccountFacts>, string, string])[] =
    [
      [{ status: 'uploading', transcoding: 'in_progress' }, {}, 'uploading', 'wait'],
      [{ status: 'transcoding', transcoding: '' }, {}, 'transcoding', 'wait'],
      [{ status: 'transcode_starting' }, {}, 'transcoding', 'wait'],
      [{ transcoding: 'in_progress' }, {}, 'transcoding', 'wait'],
      [{ status: 'processing' }, {}, 'transcoding', 'wait'],
      [{ status: 'transcoding_error' }, {}, 'failed', 'none'],
      [{ status: 'uploading_error' }, {}, 'failed', 'none'],
      [{ transcoding: 'error' }, {}, 'failed', 'none'],
      [{ status: 'unavailable' }, {}, 'unavailable', 'none'],
      [{ status: 'quota_exceeded' }, {}, 'unavailable', 'none'],
      [{}, { scope: ['public', 'private'] }, 'scope', 'ask-again'],
      [{}, { scope: ['public', 'video_files'] }, 'scope', 'ask-again'],
      [{ ownerUri: '/users/2' }, {}, 'owner', 'none'],
      [{}, { plan: 'free' }, 'plan', 'upgrade'],
      [{}, { plan: 'starter' }, 'plan', 'upgrade'],
      [{}, {}, 'not-allowed', 'reconnect'],
      [{}, { plan: 'some_new_plan' }, 'not-allowed', 'reconnect'],
      [
        { status: '', transcoding: '', ownerUri: '' },
        { uri: '', plan: '' },
        'not-allowed',
        'reconnect',
      ],
      [{}, { scope: undefined }, 'not-allowed', 'reconnect'],
    ]
  for (const [videoFacts, accountFacts, kind, remedy] of cases) {
    it(`finds ${kind} in ${JSON.stringify({ ...videoFacts, ...accountFacts })}`, () => {
      const reason = reasonForNoFile({ ...video, ...videoFacts }, { ...account, ...accountFacts })
      assert.deepEqual([reason.kind, reason.remedy], [kind, remedy])
      assert.match(toReasonText(reason), /^[A-Z][^<>]+\. [A-Z].+\.$/)
    })
  }

  it('says after an upgrade that the connection has to be made anew', () => {
    for (const plan of ['free', 'standard']) {
      assert.match(reasonForNoFile(video, { ...account, plan }).advice, /connect again/)
    }
  })
})
