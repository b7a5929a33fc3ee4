import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
const out = process.argv[2]!
const afters: (() => unknown)[] = []
const test = { after: (fn: () => unknown) => void afters.push(fn) } as never
const b = await startChromium()
try {
  const p = await startProgramOnPort(test)
  const variants = [['light', 1280], ['dark', 1280], ['light', 390]] as const
  for (const [scheme, width] of variants) {
    const c = await b.newContext({ colorScheme: scheme, viewport: { width, height: 800 } })
    c.setDefaultTimeout(5000)
    const page = await c.newPage()
    page.on('console', (m) => console.log('CONSOLE', m.type(), m.text(), m.location().url))
    page.on('pageerror', (e) => console.log('PAGEERROR', e.message))
    page.on('response', (r) => { if (r.status() >= 400) console.log('STATUS', r.status(), r.url()) })
    const shot = (name: string) => page.screenshot({ path: `${out}/${name}-${scheme}-${width}.png`, fullPage: true })
    await page.goto(p.origin)
    await shot('1home')
    await page.getByRole('button', { name: 'Get started' }).click()
    await page.getByRole('heading', { name: 'Terms and conditions' }).waitFor()
    await shot('2terms')
    await page.getByRole('checkbox', { name: 'I accept the terms and conditions' }).check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Connect your account' }).waitFor()
    await shot('3connect')
    await page.getByRole('button', { name: 'Connect your Vimeo account' }).click()
    await page.getByRole('button', { name: 'Continue as Ada Example' }).waitFor()
    await shot('4sim')
    await page.getByRole('button', { name: 'Continue as Ada Example' }).click()
    await page.getByRole('button', { name: 'Deny' }).waitFor()
    await shot('5sim')
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByRole('button', { name: 'Connect your Vimeo account' }).waitFor()
    await shot('5denied')
    await page.getByRole('button', { name: 'Connect your Vimeo account' }).click()
    await page.getByRole('button', { name: 'Continue as Ada Example' }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    await shot('6profile')
    await page.getByRole('textbox', { name: 'Primary e-mail' }).fill('ada@example.com')
    await page.getByRole('button', { name: 'Save and continue' }).click()
    await page.getByRole('heading', { name: 'Choose your videos' }).waitFor()
    await page.getByRole('checkbox', { name: 'Harbour at dawn' }).waitFor()
    await shot('7videos')
    await page.getByRole('button', { name: 'Select all' }).click()
    await page.getByText(/4 videos chosen/).waitFor()
    await shot('8videos')
    const [d] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()])
    await d.path()
    await page.getByRole('heading', { name: 'All done' }).waitFor()
    await shot('9done')
    await c.close()
  }
  console.log(p.output())
} finally {
  await b.close()
  for (const fn of afters) await fn()
}
