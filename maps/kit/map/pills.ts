// The pill that stands for several cases in one spot: every level that is present with its count. Pure.
import { SHAPES, type Shape } from './case_points'
import type { Mark } from './clusters'
import { textWidth } from './text_widths'

/** `999`, then `1.2k`. */
export const shortCount = (n: number) => (n < 1000 ? String(n) : n < 9950 ? `${(n / 1000).toFixed(1)}k` : `${Math.round(n / 1000)}k`)

/** The shapes of a pill with their counts, the gravest first. */
export function pillParts(mark: Mark): { shape: Shape; text: string }[] {
  return SHAPES.filter((shape) => mark.counts[shape] > 0).map((shape) => ({ shape, text: shortCount(mark.counts[shape]) }))
}

export interface Pill {
  width: number
  height: number
  shapes: { shape: Shape; x: number; px: number }[]
  texts: { text: string; x: number }[]
  /** How many of them are missed, as a reversed chip. */
  chip: { text: string; x: number; width: number } | null
}

export const PILL_PX = 24
export const PILL_TEXT_PX = 12
const PILL_SHAPE_PX = 13

export function pillOf(mark: Mark, missedWord: string): Pill {
  let x = 9
  const pill: Pill = { width: 0, height: PILL_PX, shapes: [], texts: [], chip: null }
  for (const { shape, text } of pillParts(mark)) {
    pill.shapes.push({ shape, x, px: PILL_SHAPE_PX })
    x += PILL_SHAPE_PX + 4
    pill.texts.push({ text, x })
    x += textWidth(text, PILL_TEXT_PX) + 7
  }
  if (mark.nMissed > 0) {
    const text = mark.n === 1 ? missedWord : `${missedWord} ${shortCount(mark.nMissed)}`
    const width = textWidth(text, 11) + 8
    pill.chip = { text, x, width }
    x += width + 7
  }
  pill.width = Math.ceil(x + 1)
  return pill
}

/** Pills that look the same have the same key. */
export function pillKey(mark: Mark): string {
  return `${pillParts(mark).map(({ shape, text }) => `${shape}${text}`).join('/')}/${shortCount(mark.nMissed)}`
}
