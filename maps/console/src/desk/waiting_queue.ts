// The cases that wait for a hand, in the order in which hands should come to them, and what would help each. Pure.
import type { CaseRow, TaskView, UnitPositionView, UnitView } from '@kit/wire/wire'
import type { Entry } from './case_book'

/** Signs of exposure: they make waiting worse. */
const EXPOSURE: ReadonlySet<string> = new Set(['wet_clothing', 'no_bedding', 'intoxicated'])
const BUSY: ReadonlySet<string> = new Set(['accepted', 'departed', 'arrived', 'offered'])
const EARTH_M = 6_371_000

export interface FreeUnit {
  readonly unit: UnitView
  /** Absent where the place of the case or of the unit is not known. */
  readonly distance_m: number | null
}

export interface Waiting {
  readonly entry: Entry
  readonly exposure: readonly string[]
  readonly near: readonly FreeUnit[]
  readonly task: TaskView | null
  /** Since when it waits: since its task was made, else since it was opened. */
  readonly since: number
  /** What would help: a free unit, a higher tier, or a named person. */
  readonly help: 'assign' | 'raise' | 'take'
}

/** Signs of exposure that its priority quotes. */
export function exposureOf(row: CaseRow): string[] {
  const found = new Set<string>()
  for (const reason of row.priority.reasons) {
    const signs = (reason.facts as Record<string, unknown>).signs
    if (Array.isArray(signs)) for (const sign of signs) if (EXPOSURE.has(sign as string)) found.add(sign as string)
  }
  return [...found]
}

/** Units on shift that hold nothing. */
export function freeUnits(units: Iterable<UnitView>, tasks: Iterable<TaskView>): UnitView[] {
  const busy = new Set<string>()
  for (const task of tasks) if (task.unit && BUSY.has(task.state)) busy.add(task.unit)
  return [...units].filter((unit) => unit.shift && !busy.has(unit.id))
}

export function nearestFree(row: CaseRow, free: readonly UnitView[], positions: ReadonlyMap<string, UnitPositionView>, n = 2): FreeUnit[] {
  const at = row.position
  const found = free.map((unit) => {
    const there = positions.get(unit.id)?.position
    return { unit, distance_m: at && there ? metresBetween(at, there) : null }
  })
  const own = (unit: UnitView) => (unit.jurisdiction === row.jurisdiction.code ? 0 : 1)
  return found
    .sort((a, b) => (a.distance_m ?? Infinity) - (b.distance_m ?? Infinity) || own(a.unit) - own(b.unit) || (a.unit.id < b.unit.id ? -1 : 1))
    .slice(0, n)
}

export function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const rad = Math.PI / 180
  const x = (b.lon - a.lon) * rad * Math.cos(((a.lat + b.lat) / 2) * rad)
  const y = (b.lat - a.lat) * rad
  return Math.hypot(x, y) * EARTH_M
}

const EXPOSED = new WeakMap<CaseRow, readonly string[]>()
function exposed(row: CaseRow): readonly string[] {
  let found = EXPOSED.get(row)
  if (!found) EXPOSED.set(row, (found = exposureOf(row)))
  return found
}

type InLine = Pick<Waiting, 'entry' | 'exposure' | 'task' | 'since'>

function compare(a: InLine, b: InLine): number {
  return (
    a.entry.key.priority - b.entry.key.priority ||
    b.exposure.length - a.exposure.length ||
    a.since - b.since ||
    (a.entry.id < b.entry.id ? -1 : 1)
  )
}

/** By priority, signs of exposure, waiting time: the first `most` of all that wait, without sorting the others. */
export function lineOf(entries: readonly Entry[], most: number): InLine[] {
  const line: InLine[] = []
  for (const entry of entries) {
    if (!entry.waits) continue
    const task = entry.tasks.find((one) => one.state === 'waiting') ?? null
    const one = { entry, exposure: exposed(entry.row), task, since: task ? Date.parse(task.made_at) : entry.key.opened }
    const last = line.at(-1)
    if (line.length >= most && last && compare(one, last) > 0) continue
    let [low, high] = [0, line.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const there = line[middle]
      if (there && compare(there, one) < 0) low = middle + 1
      else high = middle
    }
    line.splice(low, 0, one)
    if (line.length > most) line.pop()
  }
  return line
}

/** What would help each: the nearest free units, or else more hands, or a named person. */
export function withHelp(line: readonly InLine[], free: readonly UnitView[], positions: ReadonlyMap<string, UnitPositionView>): Waiting[] {
  return line.map((one) => {
    const near = nearestFree(one.entry.row, free, positions)
    return { ...one, near, help: near.length > 0 ? 'assign' : one.entry.row.tier.value > 1 ? 'raise' : 'take' }
  })
}
