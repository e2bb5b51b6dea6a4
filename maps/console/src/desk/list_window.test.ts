// Which rows are drawn, and where the scroller goes.
import { describe, expect, it } from 'vitest'
import { scrollFor, windowOf } from './list_window'

describe('window', () => {
  it('draws what is seen and a few rows more', () => {
    expect(windowOf(50_000, 48, 4_800, 480)).toEqual({ first: 94, end: 116, offset: 94 * 48, height: 50_000 * 48 })
  })
  it('never leaves the list', () => {
    expect(windowOf(3, 48, 0, 480)).toMatchObject({ first: 0, end: 3 })
    expect(windowOf(0, 48, 900, 480)).toMatchObject({ first: 0, end: 0 })
    expect(windowOf(10, 48, 90_000, 480)).toMatchObject({ first: 10, end: 10 })
  })
  it('scrolls no further than needed', () => {
    expect(scrollFor(2, 48, 0, 480)).toBe(0)
    expect(scrollFor(12, 48, 0, 480)).toBe(13 * 48 - 480)
    expect(scrollFor(1, 48, 480, 480)).toBe(48)
  })
})
