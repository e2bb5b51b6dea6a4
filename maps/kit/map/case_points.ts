// Cases as points of the map: where, which shape, whether a deadline was missed. Pure; a row that has not changed is
// not judged again.
import { compareKeys, nextDeadline, type SortKey, sortKey } from '../order/case_order'
import type { CaseRow, Level } from '../wire/wire'
import { worldX, worldY } from './mercator'

/** What a mark looks like: the square of mortal danger before everything, else the shape of the level. */
export type Shape = 'p0' | Level
/** The gravest first. */
export const SHAPES: readonly Shape[] = ['p0', 'orange', 'yellow', 'blue', 'none']

export interface CasePoint {
  id: string
  /** World units. */
  x: number
  y: number
  lon: number
  lat: number
  accuracy_m: number | null
  shape: Shape
  missed: boolean
  /** Nobody has to go there now: it waits for its next visit. */
  revisit: boolean
  /** The border or the position is only guessed. */
  doubtful: boolean
  jurisdiction: string
}

export function shapeOf(row: CaseRow): Shape {
  return row.priority.value === 'P0' ? 'p0' : row.warning_level.value
}

function pointOf(row: CaseRow): CasePoint | null {
  if (!row.position || row.state === 'closed') return null
  const { lon, lat, accuracy_m } = row.position
  return {
    id: row.id,
    x: worldX(lon),
    y: worldY(lat),
    lon,
    lat,
    accuracy_m: accuracy_m ?? null,
    shape: shapeOf(row),
    missed: nextDeadline(row).kind === 'missed',
    revisit: row.state === 'follow_up',
    doubtful: row.doubts.length > 0 || row.jurisdiction.guessed,
    jurisdiction: row.jurisdiction.code,
  }
}

/** Rows that are known already cost little: so many of them make a turn. */
const KNOWN_PORTION = 20_000

/** Remembers what was made of each row for as long as the row itself is held by somebody. */
export class CasePoints {
  private readonly known = new WeakMap<CaseRow, CasePoint | null>()
  private readonly keys = new WeakMap<CaseRow, SortKey>()
  /** Rows judged anew, ever: what a test counts. */
  nJudged = 0

  of(row: CaseRow): CasePoint | null {
    let point = this.known.get(row)
    if (point === undefined) {
      point = pointOf(row)
      this.nJudged += 1
      this.known.set(row, point)
    }
    return point
  }

  /** All points, in turns of at most `portion` rows that were not known before, so that a page can breathe between. */
  *gather(cases: ReadonlyMap<string, CaseRow>, portion = 2_000): Generator<undefined, CasePoint[]> {
    const points: CasePoint[] = []
    let until = this.nJudged + portion
    let nLooked = 0
    for (const row of cases.values()) {
      const point = this.of(row)
      if (point) points.push(point)
      nLooked += 1
      if (this.nJudged >= until || nLooked % KNOWN_PORTION === 0) {
        yield undefined
        until = this.nJudged + portion
      }
    }
    return points
  }

  /** Cases that have a point, in the order of the list. */
  inOrder(cases: ReadonlyMap<string, CaseRow>): string[] {
    const keys: SortKey[] = []
    for (const row of cases.values()) {
      if (!this.of(row)) continue
      let key = this.keys.get(row)
      if (!key) this.keys.set(row, (key = sortKey(row)))
      keys.push(key)
    }
    return keys.sort(compareKeys).map((key) => key.id)
  }
}
