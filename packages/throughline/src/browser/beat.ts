/*
 * When changes may be shown: at most once per animation frame, at once in a hidden tab, and not in the middle
 * of a click (a page that shifts between the press and the release of a mouse button loses the click).
 */

const FRAME_MS = 16
const LATE_FRAME_MS = 100
const LONGEST_CLICK_MS = 500

let lastBeat = 0
let clickEnd: Promise<void> | undefined

/** Resolves when the next batch may be shown. */
export async function nextBeat(): Promise<void> {
  if (document.visibilityState === 'visible') {
    if (performance.now() - lastBeat < FRAME_MS) await animationFrame()
    await clickEnd
  }
  lastBeat = performance.now()
}

/** Starts to watch for clicks. */
export function watchClicks(): void {
  addEventListener(
    'pointerdown',
    () => {
      clickEnd = new Promise((resolve) => {
        const end = () => {
          clickEnd = undefined
          resolve()
        }
        // The click itself comes right after the release.
        const release = () => setTimeout(end)
        addEventListener('pointerup', release, { once: true, capture: true })
        addEventListener('pointercancel', release, { once: true, capture: true })
        setTimeout(end, LONGEST_CLICK_MS)
      })
    },
    { capture: true },
  )
}

/** Resolves at the next animation frame, or soon when none comes (a tab just hidden, a window covered). */
function animationFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve())
    setTimeout(resolve, LATE_FRAME_MS)
    document.addEventListener('visibilitychange', () => resolve(), { once: true })
  })
}
