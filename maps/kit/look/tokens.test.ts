// The colours of the screens can be read: every text on every surface, every mark on every surface, every word on its tint.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contrast } from './contrast'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** The tokens of the block that begins with this selector. */
function tokensOf(selector: string): Record<string, string> {
  const start = css.indexOf(selector)
  const block = css.slice(css.indexOf('{', start), css.indexOf('}', start))
  return Object.fromEntries([...block.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]))
}

const night = tokensOf(':root, [data-theme="night"]')
const day = tokensOf('[data-theme="day"] {')
const SURFACES = ['ground', 'panel', 'raised', 'selected']
const LEVELS = ['none', 'blue', 'yellow', 'orange', 'p0', 'missed']

describe.each([['night', night], ['day', day]] as const)('%s', (theme, tokens) => {
  const of = (name: string) => tokens[name] ?? expect.fail(`${theme} has no ${name}`)

  test.each(['text-1', 'text-2', 'text-3', 'accent'])('%s can be read on every surface', (text) => {
    for (const surface of SURFACES) expect(contrast(of(text), of(surface)), surface).toBeGreaterThanOrEqual(4.5)
  })

  test.each(LEVELS)('the word of %s can be read on surfaces and on its tint, and so can texts on the tint', (level) => {
    for (const surface of [...SURFACES, `tint-${level}`]) {
      expect(contrast(of(`word-${level}`), of(surface)), surface).toBeGreaterThanOrEqual(4.5)
    }
    for (const text of ['text-1', 'text-2', 'text-3']) expect(contrast(of(text), of(`tint-${level}`)), text).toBeGreaterThanOrEqual(4.5)
  })

  test.each(LEVELS)('the mark of %s, or its edge, stands out from every surface', (level) => {
    const edge = tokens[`edge-${level}`]
    for (const surface of SURFACES) {
      const best = Math.max(contrast(of(`mark-${level}`), of(surface)), edge ? contrast(edge, of(surface)) : 0)
      expect(best, surface).toBeGreaterThanOrEqual(3)
    }
  })

  test('filled things can be read', () => {
    expect(contrast('#ffffff', of('mark-p0'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(of('on-missed'), of('mark-missed'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5)
  })

  test('the border of a control is seen', () => {
    for (const surface of ['ground', 'panel']) expect(contrast(of('control'), of(surface))).toBeGreaterThanOrEqual(3)
  })
})

test('what is stale can still be read', () => {
  for (const [selector, tokens] of [['[data-stale="true"] {', night], ['[data-theme="day"] [data-stale="true"]', day]] as const) {
    const stale = tokensOf(selector)
    for (const text of ['text-1', 'text-2', 'text-3']) {
      for (const surface of SURFACES) expect(contrast(stale[text] ?? '#000000', tokens[surface] ?? '#000000'), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5)
    }
  }
})

test('day and night have the same tokens', () => {
  const names = (tokens: Record<string, string>) => Object.keys(tokens).filter((name) => !name.startsWith('edge-')).sort()
  expect(names(day)).toEqual(names(night))
})
