import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { themeStyles } from './theme.ts'

const tokensIn = (styles: string): ReadonlySet<string> =>
  new Set(Array.from(styles.matchAll(/(--tl-[\w-]+):/g), ([, name]) => name ?? ''))

/** WCAG 2 relative luminance of `#rgb` or `#rrggbb`. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/\w/g, '$&$&') : colour
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((place) => {
    const part = Number.parseInt(digits.slice(place, place + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(first: string, second: string): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const [light = '', dark = ''] = themeStyles.split('@media (prefers-color-scheme:dark)')

function colourOf(scheme: string, token: string): string {
  return new RegExp(`--tl-${token}:(#[0-9a-f]{3,6})`).exec(scheme)?.[1] ?? assert.fail(token)
}

const READ_ON: readonly (readonly [text: string, ground: string])[] = [
  ['ink', 'paper'],
  ['ink', 'surface'],
  ['ink', 'sunk'],
  ['ink', 'accent-tint'],
  ['ink', 'info-tint'],
  ['ink', 'success-tint'],
  ['ink', 'warning-tint'],
  ['ink', 'error-tint'],
  ['soft', 'paper'],
  ['soft', 'surface'],
  ['soft', 'sunk'],
  ['accent', 'paper'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['error', 'paper'],
]
const SEEN_ON: readonly (readonly [sign: string, ground: string])[] = [
  ['edge', 'paper'],
  ['edge', 'surface'],
  ['accent', 'surface'],
  ['info', 'info-tint'],
  ['success', 'success-tint'],
  ['warning', 'warning-tint'],
  ['error', 'error-tint'],
]

describe('themeStyles', () => {
  test('takes less than 5 kB compressed', () => {
    assert.ok(gzipSync(themeStyles).length < 5_000)
  })

  test('asks for nothing from elsewhere and needs no data URL', () => {
    assert.doesNotMatch(themeStyles, /url\(|@import|@font-face|expression|<\//)
  })

  test('defines every token that it uses, and each colour for light and dark', () => {
    const [, darkTokens = ''] = themeStyles.split('@media (prefers-color-scheme:dark)')
    const defined = tokensIn(light)

    for (const [, used = ''] of themeStyles.matchAll(/var\((--tl-[\w-]+)/g))
      assert.ok(defined.has(used), used)
    for (const [, name = ''] of light.matchAll(/(--tl-[\w-]+):#/g))
      assert.ok(darkTokens.includes(`${name}:#`), name)
  })

  test('contrasts text with its ground by 4.5 to 1, in light and dark', () => {
    for (const scheme of [light, dark]) {
      for (const [text, ground] of READ_ON) {
        const ratio = contrast(colourOf(scheme, text), colourOf(scheme, ground))
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`)
      }
    }
  })

  test('contrasts signs and edges of inputs with their ground by 3 to 1, in light and dark', () => {
    for (const scheme of [light, dark]) {
      for (const [sign, ground] of SEEN_ON) {
        const ratio = contrast(colourOf(scheme, sign), colourOf(scheme, ground))
        assert.ok(ratio >= 3, `${sign} on ${ground}: ${ratio.toFixed(2)}`)
      }
    }
  })

  test('shows where the focus is, and minds those who do not want motion', () => {
    assert.match(themeStyles, /:focus-visible\{outline:/)
    assert.match(themeStyles, /@media \(prefers-reduced-motion:reduce\)/)
    assert.match(themeStyles, /@media print/)
  })
})
