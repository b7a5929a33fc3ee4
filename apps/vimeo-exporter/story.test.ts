/* The exporter as people meet it, without a browser: over the routes that browsers use, against a simulated Vimeo. */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { Tab } from 'throughline/testing'
import exporter from './script.ts'
import { acceptTerms, startStory } from './test-story.ts'

const connectFirst = 'Connect your account'
const listed = 'Choose your videos'

const open = (t: TestContext) => startStory(t, exporter)

async function reachVideos(tab: Tab, javascript = true) {
  await acceptTerms(tab, javascript)
  await tab.connect()
  await tab.set('Primary e-mail', 'ada@example.com')
  await tab.press('Save and continue')
  assert.equal(tab.heading, listed)
}

/** The names in a ZIP, from its central directory. */
function namesIn(zip: Uint8Array): string[] {
  const bytes = Buffer.from(zip)
  const names: string[] = []
  const signature = Buffer.from('PK\u0001\u0002', 'latin1')
  for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 46)) {
    names.push(bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28)))
  }
  return names
}

describe('the story of the exporter', () => {
  for (const javascript of [true, false]) {
    test(`a person takes a video home (JavaScript: ${javascript})`, async (t) => {
      const { story } = await open(t)
      const tab = await story.person('Ada Example').open('/', { javascript })
      await reachVideos(tab, javascript)

      await tab.choose('videos', 'Harbour at dawn')
      if (!javascript) await tab.press('Update')
      const { name, bytes } = await tab.download('Download')

      assert.equal(name, 'vimeo-videos.zip')
      assert.ok(namesIn(bytes).includes('Harbour at dawn.mp4'))
      assert.ok(!namesIn(bytes).includes('Interview.mp4'))
      assert.equal(tab.heading, 'All done')
      assert.match(tab.notices.join(), /You downloaded 1 video/)
    })
  }

  test('what arrived damaged is named, and is all of the rest', async (t) => {
    const { story, vimeo } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await reachVideos(tab)
    await tab.choose('videos', 'Harbour at dawn')
    vimeo.setSwitches({ md5: 'wrong' })

    await tab.download('Download')
    assert.equal(tab.heading, 'Almost done')
    assert.match(tab.text, /Missing or damaged: 1 file.*Harbour at dawn.*checksum/)

    vimeo.setSwitches({ md5: 'right' })
    const { name, bytes } = await tab.download('Download the rest')
    assert.equal(name, 'vimeo-videos-rest.zip')
    assert.deepEqual(namesIn(bytes), ['Harbour at dawn.mp4', 'manifest.json'])
    assert.equal(tab.heading, 'All done')
  })

  test('a list of links holds the chosen videos and no other', async (t) => {
    const { story } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await reachVideos(tab)
    await tab.choose('videos', 'Harbour at dawn')

    const { name, bytes } = await tab.download('List for curl')
    assert.equal(name, 'vimeo-videos.curl.txt')
    const list = new TextDecoder().decode(bytes)
    assert.match(list, /Harbour at dawn\.mp4/)
    assert.doesNotMatch(list, /Interview/)
  })

  test('a restart in the middle loses nothing', async (t) => {
    const { story } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await reachVideos(tab)
    await tab.choose('videos', 'Harbour at dawn')

    await story.restart()

    const { bytes } = await tab.download('Download')
    assert.ok(namesIn(bytes).includes('Harbour at dawn.mp4'))
  })

  test('who takes longer to choose than the list is kept downloads by one press', async (t) => {
    const { story } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await reachVideos(tab)
    await tab.choose('videos', 'Harbour at dawn')

    story.passTime({ minutes: 6 })

    const { bytes } = await tab.download('Download')
    assert.ok(namesIn(bytes).includes('Harbour at dawn.mp4'))
  })

  test('who keeps the files back is told why, and asked again', async (t) => {
    const { story } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await acceptTerms(tab)
    await tab.connect({ scope: ['public', 'private'] })
    await tab.press('Save and continue')

    assert.match(tab.text, /4 videos without a file: You did not allow this program/)
    assert.match(tab.text, /Allow this program to get links to your video files/)
    assert.doesNotMatch(tab.buttons.join(), /Download/)

    await tab.connect()
    assert.doesNotMatch(tab.text, /without a file/)
    assert.match(tab.text, /0 videos chosen, 0 B .* Download/)
  })

  test('who declines is told, and can try again', async (t) => {
    const { story } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await acceptTerms(tab)

    await tab.connect({ deny: true })
    assert.equal(tab.heading, connectFirst)
    assert.equal(tab.notices.length, 1)

    await tab.connect()
    assert.equal(tab.heading, 'Welcome, Ada Example')
  })

  test('who ended the access at Vimeo connects again and goes on', async (t) => {
    const { story, vimeo } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await reachVideos(tab)

    vimeo.revokeGrant(vimeo.people[0].uri)
    story.passTime({ minutes: 11 })
    await tab.go('/videos')
    assert.doesNotMatch(tab.text, /Harbour at dawn/)

    await tab.connect()
    assert.match(tab.text, /Harbour at dawn/)
  })

  test('who has a second account goes over to it', async (t) => {
    const { story, vimeo } = await open(t)
    const tab = await story.person('Ada Example').open('/')
    await reachVideos(tab)

    await tab.go('/privacy')
    const as = vimeo.people[1]?.name ?? assert.fail('There is one account alone.')
    await tab.connect({ button: 'Use another Vimeo account', as })
    assert.match(tab.text, new RegExp(`Vimeo account ${as}`))
  })

  test('who asks to be forgotten is, and comes back as somebody new', async (t) => {
    const { story } = await open(t)
    const ada = story.person('Ada Example')
    const tab = await ada.open('/')
    await reachVideos(tab)

    await tab.go('/privacy')
    assert.match(tab.text, /Vimeo account Ada Example/)
    await tab.set('Delete all of this, for good', true)
    await tab.press('Forget me')
    assert.equal(tab.path, '/')

    await acceptTerms(tab)
    await tab.connect()
    assert.equal(tab.heading, 'Welcome, Ada Example')
  })

  test('a second tab hears that the account is connected, and goes on', async (t) => {
    const { story } = await open(t)
    const ada = story.person('Ada Example')
    const first = await ada.open('/')
    await acceptTerms(first)
    const second = await ada.open('/profile')

    await first.connect()
    await second.news()

    assert.equal(second.heading, 'Welcome, Ada Example')
  })

  test('who returns with another browser is known, and nobody else is', async (t) => {
    const { story } = await open(t)
    await reachVideos(await story.person('Ada Example').open('/'))

    const again = await story.person('Ada Example').open('/')
    await acceptTerms(again)
    await again.connect()
    assert.equal(again.heading, 'Welcome back, Ada Example')

    const grace = await story.person('Grace Sample').open('/')
    await acceptTerms(grace)
    await grace.connect()
    assert.equal(grace.heading, 'Welcome, Grace Sample')
  })
})
