// The marks as paths in a box of 16 (`tokens.md`, section 2), for a drawing and for a canvas alike. Pure.
import type { Shape } from './case_points'

/** Names of colours in a palette. */
export type Ink =
  | 'ground' | 'panel' | 'raised' | 'line-1' | 'line-2' | 'control' | 'text-1' | 'text-2' | 'text-3' | 'accent'
  | `mark-${Shape | 'missed'}` | `word-${Shape | 'missed'}` | `tint-${Shape}` | 'edge-p0' | 'edge-yellow' | 'on-missed'
export type Palette = Readonly<Record<Ink, string>>

export interface Stroke {
  d: string
  fill?: Ink | 'white'
  stroke?: Ink | 'white'
  width?: number
}

const CIRCLE = (r: number) => `M${8 - r} 8a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`
const SQUARE = 'M3.5 0.5h9a3 3 0 0 1 3 3v9a3 3 0 0 1 -3 3h-9a3 3 0 0 1 -3 -3v-9a3 3 0 0 1 3 -3Z'
const TRIANGLE = 'M8 1.6L15.2 14.2H0.8Z'
const DIAMOND = 'M8 0.2L15.8 8L8 15.8L0.2 8Z'

/** An edge in the ground keeps neighbours apart; it lies beneath. */
export const SHAPE_PATHS: Readonly<Record<Shape, readonly Stroke[]>> = {
  p0: [
    { d: SQUARE, stroke: 'ground', width: 4.5 },
    { d: SQUARE, fill: 'mark-p0', stroke: 'white', width: 1.5 },
    { d: 'M8 3.6v5.4', stroke: 'white', width: 2.2 },
    { d: 'M6.75 12a1.25 1.25 0 1 0 2.5 0a1.25 1.25 0 1 0 -2.5 0Z', fill: 'white' },
  ],
  orange: [{ d: DIAMOND, stroke: 'ground', width: 3 }, { d: DIAMOND, fill: 'mark-orange' }],
  yellow: [{ d: TRIANGLE, stroke: 'ground', width: 4 }, { d: TRIANGLE, fill: 'mark-yellow', stroke: 'edge-yellow', width: 1.3 }],
  blue: [{ d: CIRCLE(6.4), stroke: 'ground', width: 3 }, { d: CIRCLE(6.4), fill: 'mark-blue' }],
  none: [{ d: CIRCLE(5), stroke: 'ground', width: 5 }, { d: CIRCLE(5), stroke: 'mark-none', width: 2 }],
}

/** A bed under a roof's width: where somebody can sleep. */
export const BED_PATH = 'M2 4v9M2 10.5h12M14 13v-3.5a2 2 0 0 0 -2 -2H7v3M4.6 8.2a1.2 1.2 0 1 0 0 -2.4a1.2 1.2 0 0 0 0 2.4Z'
export const HOUSE_PATH = 'M2 7.5L8 2l6 5.5M3.5 6.5V14h9V6.5'
export const CROSS_PATH = 'M8 4v8M4 8h8'

/** Sizes in pixels on a desk; the wall multiplies them. */
export const CASE_PX = 18
export const P0_PX = 22
export const RING_PX = 6
export const UNIT_PX = 18

/** The colour as it looks at a share of its saturation, as the filter `saturate` of CSS counts it. */
export function saturated(hex: string, share: number): string {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim())
  if (!match) return hex
  const [r, g, b] = match.slice(1).map((part) => parseInt(part, 16)) as [number, number, number]
  const grey = 0.213 * r + 0.715 * g + 0.072 * b
  const part = (value: number) => Math.round(Math.min(255, Math.max(0, grey + (value - grey) * share))).toString(16).padStart(2, '0')
  return `#${part(r)}${part(g)}${part(b)}`
}

/** A palette of what is too old to be trusted: marks and tints at 40 %, texts as they are. */
export function stalePalette(palette: Palette): Palette {
  const stale: Record<string, string> = { ...palette }
  for (const ink of Object.keys(palette)) {
    if (/^(mark|word|tint|edge)-/.test(ink) && ink !== 'mark-missed') stale[ink] = saturated(palette[ink as Ink], 0.4)
  }
  return stale as Palette
}
