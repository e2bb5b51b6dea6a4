// Who is on duty and what each does: rows for the panel of a quiet desk. Pure.
import { leadingTask } from '@kit/order/case_order'
import type { CaseRow, PlaceView, TaskView, UnitPositionView, UnitView } from '@kit/wire/wire'
import { nightBegin } from './tonight_clock'

export interface DutyRow {
  readonly unit: UnitView
  readonly task: TaskView | null
  readonly row: CaseRow | null
  /** When its position was fixed; absent where nobody may see it or none came. */
  readonly fixedAt: number | null
}

export interface DutySource {
  readonly units: ReadonlyMap<string, UnitView>
  readonly tasks: ReadonlyMap<string, TaskView>
  readonly cases: ReadonlyMap<string, CaseRow>
  readonly positions: ReadonlyMap<string, UnitPositionView>
}

export function dutyRows(source: DutySource): DutyRow[] {
  const tasksOf = new Map<string, TaskView[]>()
  for (const task of source.tasks.values()) {
    if (task.unit) tasksOf.set(task.unit, [...(tasksOf.get(task.unit) ?? []), task])
  }
  return [...source.units.values()]
    .filter((unit) => unit.shift)
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
    .map((unit) => {
      const task = leadingTask((tasksOf.get(unit.id) ?? []).filter((one) => one.state !== 'waiting'))
      const fix = source.positions.get(unit.id)
      return { unit, task, row: task?.case_id ? (source.cases.get(task.case_id) ?? null) : null, fixedAt: fix ? Date.parse(fix.at) : null }
    })
}

export function placesLooked(places: readonly PlaceView[], now: number, offset: string): { done: number; all: number } {
  const begin = nightBegin(now, offset)
  const key = places.filter((place) => place.key)
  return { done: key.filter((place) => place.looked_at && Date.parse(place.looked_at) >= begin).length, all: key.length }
}
