// Marks that would lie over each other become one pill that names every level with its count: an orange is never
// hidden, nor is mortal danger. Pure; the cost grows with the points of the view, not with their square.
import { type CasePoint, SHAPES, type Shape } from './case_points'
import { type Bounds, worldPx } from './mercator'
import { pillOf } from './pills'
import { CASE_PX } from './shapes'
import { textWidth } from './text_widths'

export interface Mark {
  id: string
  /** World units. */
  x: number
  y: number
  /** The case, where the mark is one case alone. */
  only: CasePoint | null
  n: number
  nMissed: number
  /** How many of each shape. */
  counts: Readonly<Record<Shape, number>>
  /** The gravest, in the order of the points; a few are enough to choose from. */
  ids: readonly string[]
}

export interface Grouping {
  zoom: number
  /** Only what lies in here is grouped. */
  bounds: Bounds
  /** Marks nearer than this are one. */
  apart_px: number
  /** A pill where the map is crowded: its cell. */
  crowded_px: { width: number; height: number }
  /** From how many marks on a map is crowded. */
  nCrowded: number
  /** Stands alone always. */
  alone: string | null
  scale: number
  missedWord: string
}

/** So many cases for one mark of a crowded map are crowded without trying. */
const MANY_FOR_ONE = 5
/** How many cases a pill remembers by name. */
const N_IDS = 40

interface Pile {
  x: number
  y: number
  sumX: number
  sumY: number
  members: CasePoint[]
}

export function group(points: readonly CasePoint[], how: Grouping): Mark[] {
  const { bounds } = how
  const shown: CasePoint[] = []
  const alone: Mark[] = []
  for (const point of points) {
    if (point.x < bounds.left || point.x > bounds.right || point.y < bounds.top || point.y > bounds.bottom) continue
    if (point.id === how.alone) alone.push(markOf(pileOf(point)))
    else shown.push(point)
  }
  // The gravest are drawn last, over the others.
  return [...marksOf(shown, how).reverse(), ...alone]
}

function marksOf(shown: readonly CasePoint[], how: Grouping): Mark[] {
  if (shown.length > how.nCrowded * MANY_FOR_ONE) return cells(shown, how)
  const piles = near(SHAPES.flatMap((shape) => shown.filter((point) => point.shape === shape)), how.apart_px / worldPx(how.zoom))
  return piles.length > how.nCrowded ? cells(shown, how) : withoutOverlap(piles, how).map(markOf)
}

const pileOf = (point: CasePoint): Pile => ({ x: point.x, y: point.y, sumX: point.x, sumY: point.y, members: [point] })

/** Piles around the gravest points: whatever is nearer than `reach` joins. */
function near(graveFirst: readonly CasePoint[], reach: number): Pile[] {
  const piles: Pile[] = []
  const cells = new Map<number, Pile[]>()
  for (const point of graveFirst) {
    const column = Math.floor(point.x / reach)
    const row = Math.floor(point.y / reach)
    let found: Pile | null = null
    for (let dx = -1; dx <= 1 && !found; dx += 1) {
      for (let dy = -1; dy <= 1 && !found; dy += 1) {
        for (const pile of cells.get((row + dy) * 2 ** 26 + column + dx) ?? []) {
          if (Math.hypot(pile.x - point.x, pile.y - point.y) < reach) found = pile
        }
      }
    }
    if (found) join(found, point)
    else {
      const pile = pileOf(point)
      piles.push(pile)
      const key = row * 2 ** 26 + column
      const there = cells.get(key)
      if (there) there.push(pile)
      else cells.set(key, [pile])
    }
  }
  return piles
}

/** How often overlaps are looked for again after some have joined. */
const N_ROUNDS = 8
/** Pills may touch by this much. */
const TOUCH_PX = 3

/** Pills that would cover a neighbour take it in, until none does. The gravest come first and keep their place longest. */
function withoutOverlap(piles: Pile[], how: Grouping): Pile[] {
  const px = worldPx(how.zoom)
  let all = piles.map((pile) => ({ pile, ...extent(pile, how) }))
  for (let round = 0; round < N_ROUNDS; round += 1) {
    const kept: typeof all = []
    for (const next of all) {
      const under = kept.find((one) => covers(one, next, px))
      if (under) {
        for (const point of next.pile.members) join(under.pile, point)
        Object.assign(under, extent(under.pile, how))
      } else kept.push(next)
    }
    const settled = kept.length === all.length
    all = kept
    if (settled) break
  }
  return all.map(({ pile }) => pile)
}

/** How far a mark reaches from its middle, in pixels; the tag of a missed case stands at its left. */
interface Extent {
  left: number
  right: number
  half: number
  /** Bare marks were set apart already. */
  bare: boolean
}

function covers(a: Extent & { pile: Pile }, b: Extent & { pile: Pile }, px: number): boolean {
  if (a.bare && b.bare) return false
  const dx = (middle(b.pile).x - middle(a.pile).x) * px
  const dy = (middle(b.pile).y - middle(a.pile).y) * px
  const apart = dx >= 0 ? a.right + b.left : a.left + b.right
  return Math.abs(dx) < apart - TOUCH_PX && Math.abs(dy) < a.half + b.half - TOUCH_PX
}

const middle = (pile: Pile) => ({ x: pile.sumX / pile.members.length, y: pile.sumY / pile.members.length })

function extent(pile: Pile, how: Grouping): Extent {
  const only = pile.members.length === 1 ? pile.members[0] : undefined
  if (!only) {
    const { width, height } = pillOf(markOf(pile), how.missedWord)
    return { left: (width / 2) * how.scale, right: (width / 2) * how.scale, half: (height / 2) * how.scale, bare: false }
  }
  const half = (CASE_PX / 2) * how.scale
  const tag = only.missed ? (textWidth(how.missedWord, 11) + 14) * how.scale : 0
  return { left: half + tag, right: half, half, bare: !only.missed }
}

interface Cell {
  column: number
  row: number
  n: number
  nMissed: number
  counts: Record<Shape, number>
  first: CasePoint
  ids: Record<Shape, string[]>
}

/** Marks by cells of the size of a pill, in one pass; each stands in the middle of its cell, so that no two overlap. */
function cells(shown: readonly CasePoint[], how: Grouping): Mark[] {
  const px = worldPx(how.zoom)
  const width = how.crowded_px.width / px
  const height = how.crowded_px.height / px
  const left = Math.floor(how.bounds.left / width)
  const top = Math.floor(how.bounds.top / height)
  const nColumns = Math.floor(how.bounds.right / width) - left + 1
  const found = new Map<number, Cell>()
  for (const point of shown) {
    const column = Math.floor(point.x / width)
    const row = Math.floor(point.y / height)
    const key = (row - top) * nColumns + column - left
    let cell = found.get(key)
    if (!cell) {
      cell = { column, row, n: 0, nMissed: 0, counts: { p0: 0, orange: 0, yellow: 0, blue: 0, none: 0 }, first: point, ids: { p0: [], orange: [], yellow: [], blue: [], none: [] } }
      found.set(key, cell)
    }
    cell.n += 1
    cell.counts[point.shape] += 1
    if (point.missed) cell.nMissed += 1
    const ids = cell.ids[point.shape]
    if (ids.length < N_IDS) ids.push(point.id)
  }
  return [...found.values()].map(({ column, row, n, nMissed, counts, first, ids }): Mark => {
    if (n === 1) return markOf(pileOf(first))
    return { id: `cell ${column} ${row}`, x: (column + 0.5) * width, y: (row + 0.5) * height, only: null, n, nMissed, counts, ids: SHAPES.flatMap((shape) => ids[shape]).slice(0, N_IDS) }
  })
}

function join(pile: Pile, point: CasePoint): void {
  pile.sumX += point.x
  pile.sumY += point.y
  pile.members.push(point)
}

function markOf(pile: Pile): Mark {
  const { members } = pile
  const counts = { p0: 0, orange: 0, yellow: 0, blue: 0, none: 0 }
  let nMissed = 0
  for (const point of members) {
    counts[point.shape] += 1
    if (point.missed) nMissed += 1
  }
  const first = members[0]
  const only = members.length === 1 && first ? first : null
  return {
    id: only ? only.id : `${first?.id ?? ''}+`,
    x: pile.sumX / members.length,
    y: pile.sumY / members.length,
    only,
    n: members.length,
    nMissed,
    counts,
    ids: members.slice(0, N_IDS).map((point) => point.id),
  }
}
