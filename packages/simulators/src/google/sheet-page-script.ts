/*
 * The program in the page of a spreadsheet. It follows links and sends forms without a new document, so that nothing
 * jumps, and asks once a second whether something has changed. Without it the page works all the same.
 */

/** JavaScript for a module in the page. */
export const sheetPageScript = `
const main = () => document.querySelector('main')
// Its style is there already, and under another nonce it would be refused aloud.
const parse = (text) => new DOMParser().parseFromString(text.replace(/<style[^]*?<\\/style>/, ''), 'text/html')
let version = document.querySelector('[data-version]').dataset.version

const isDirty = (field) => field.type !== 'hidden' &&
  (field.matches('select') ? [...field.options].some((each) => each.selected !== each.defaultSelected) : field.value !== field.defaultValue)

// What somebody is writing, or has open, is left alone.
const isInUse = (part) => part.contains(document.activeElement) && document.activeElement.matches('input, textarea, select') ||
  [...part.querySelectorAll('input, textarea, select')].some(isDirty)

const keepScroll = (change) => {
  const before = document.querySelector('[data-keeps-scroll]')
  const { scrollTop = 0, scrollLeft = 0 } = before ?? {}
  change()
  document.querySelector('[data-keeps-scroll]')?.scrollTo(scrollLeft, scrollTop)
}

const show = (text, url) => {
  const next = parse(text)
  const field = next.querySelector('[autofocus]')
  field?.removeAttribute('autofocus')
  const open = [...document.querySelectorAll('details')].map((each) => each.open)
  keepScroll(() => main().replaceWith(next.querySelector('main')))
  document.querySelectorAll('details').forEach((each, index) => { each.open ||= open[index] ?? false })
  document.title = next.title
  version = document.querySelector('[data-version]').dataset.version
  if (url !== undefined) history.pushState(null, '', url)
  field?.focus({ preventScroll: true })
  field?.select?.()
}

const refresh = async () => {
  const answer = await fetch(location.href)
  const next = parse(await answer.text())
  keepScroll(() => {
    for (const part of document.querySelectorAll('[data-live]')) {
      const other = next.querySelector('[data-live="' + part.dataset.live + '"]')
      if (other !== null && other.innerHTML !== part.innerHTML && !isInUse(part)) part.replaceWith(other)
    }
  })
  version = next.querySelector('[data-version]').dataset.version
}

document.addEventListener('click', async (event) => {
  const link = event.target.closest?.('main a[href]')
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  const answer = await fetch(link.href)
  show(await answer.text(), link.href)
})

document.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { target: form, submitter } = event
  const body = new URLSearchParams(new FormData(form, submitter))
  const answer = await fetch(submitter?.getAttribute('formaction') ?? form.getAttribute('action'), { method: 'POST', body })
  show(await answer.text(), answer.redirected ? answer.url : undefined)
})

window.addEventListener('popstate', async () => show(await (await fetch(location.href)).text()))

const ask = async () => {
  if (document.visibilityState === 'visible') {
    const query = new URL(location.href).searchParams
    const answer = await fetch('/simulator/version?sheet=' + encodeURIComponent(query.get('sheet') ?? '')).catch(() => null)
    const found = answer?.ok ? await answer.text() : version
    if (found !== version) await refresh().catch(() => {})
  }
  setTimeout(ask, 1000)
}
void ask()
`
