// Where the name of a street stands: never across its border. The name gives way before the word of the colour. Pure.
import type { Street } from './outlines'
import type { WorldPoint } from './mercator'

/** What is written of the name: whole, without 街道, or nothing but the word of the colour. */
export interface LabelText {
  name: string
  word: string
}

export interface StreetLabel extends LabelText {
  code: string
  at: WorldPoint
}

export type Measure = (text: LabelText) => { width: number; height: number }

/** 长寿路街道 → 长寿路; a town keeps its 镇. */
export const shortName = (name: string) => name.replace(/街道$/, '').replace(/ (Subdistrict|Sub-district)$/i, '')

/** The texts that may stand for a street, the fullest first. */
export function textsOf(name: string, word: string, short = false): LabelText[] {
  const brief = shortName(name)
  const all = [{ name, word }, { name: brief, word }, { name: '', word }]
  return short || brief === name ? all.slice(1) : all
}

const N_ROWS = 28

/** The stretches of a horizontal line that lie inside. */
function stretches(rings: readonly (readonly WorldPoint[])[], y: number): [number, number][] {
  const cuts: number[] = []
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i]
      const b = ring[j]
      if (a && b && a.y > y !== b.y > y) cuts.push(((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x)
    }
  }
  cuts.sort((a, b) => a - b)
  const found: [number, number][] = []
  for (let n = 0; n + 1 < cuts.length; n += 2) found.push([cuts[n] ?? 0, cuts[n + 1] ?? 0])
  return found
}

/** The middle of the roomiest box of at least this size inside the border, or nothing. World units. */
export function roomFor(rings: readonly (readonly WorldPoint[])[], width: number, height: number): WorldPoint | null {
  let top = Infinity
  let bottom = -Infinity
  for (const ring of rings) {
    for (const { y } of ring) {
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  }
  if (bottom - top < height) return null
  let best: WorldPoint | null = null
  let most = -Infinity
  for (let row = 0; row < N_ROWS; row += 1) {
    const y = top + height / 2 + ((bottom - top - height) * (row + 0.5)) / N_ROWS
    for (const [left, right] of boxes(rings, y, height)) {
      const spare = right - left - width
      if (spare < 0) continue
      // The middle of the street before its wider rim.
      const middle = 1 - Math.abs((y - top) / (bottom - top) - 0.5)
      const score = Math.min(spare, width) * middle
      if (score > most) {
        most = score
        best = { x: (left + right) / 2, y }
      }
    }
  }
  return best
}

/** The stretches that lie inside over the whole height of a line of text. */
function boxes(rings: readonly (readonly WorldPoint[])[], y: number, height: number): [number, number][] {
  let common = stretches(rings, y)
  for (const dy of [-0.5, -0.25, 0.25, 0.5]) {
    const next = stretches(rings, y + dy * height)
    common = common.flatMap(([a, b]) =>
      next.map(([c, d]): [number, number] => [Math.max(a, c), Math.min(b, d)]).filter(([left, right]) => right > left),
    )
  }
  return common
}

/** The label of each street at a scale; a street too small for even its word has none, its colour is in the tooltip. */
export function labelsFor(
  streets: readonly Street[],
  options: { px: number; words: ReadonlyMap<string, string>; measure: Measure; short?: boolean },
): StreetLabel[] {
  const labels: StreetLabel[] = []
  for (const street of streets) {
    const texts = textsOf(street.name, options.words.get(street.code) ?? '', options.short)
    if (street.rings.length === 0) {
      if (street.centre && texts[0]) labels.push({ code: street.code, at: street.centre, ...texts[0] })
      continue
    }
    for (const text of texts) {
      const { width, height } = options.measure(text)
      const at = roomFor(street.rings, width / options.px, height / options.px)
      if (!at) continue
      labels.push({ code: street.code, at, ...text })
      break
    }
  }
  return labels
}
