// The cases of the picture as the list needs them: each with its sort key, its tasks and what the tabs ask of it. Kept
// true by differences: a message that touches three cases costs three, also among fifty thousand. Pure.
import { type SortKey, compareKeys, leadingTask, nobodyAnswers, sortKey } from '@kit/order/case_order'
import type { CaseRow, TaskView } from '@kit/wire/wire'

export interface Entry {
  readonly id: string
  readonly row: CaseRow
  readonly tasks: readonly TaskView[]
  readonly key: SortKey
  /** Waits for a hand: nobody has it and no unit was sent. */
  readonly waits: boolean
  readonly nobody: boolean
}

export interface Source {
  readonly cases: ReadonlyMap<string, CaseRow>
  readonly tasks: ReadonlyMap<string, TaskView>
}

const NO_TASKS: readonly TaskView[] = []
const LASTING: ReadonlySet<string> = new Set(['waiting', 'offered', 'accepted', 'departed', 'arrived'])

/** Whether a case waits for a hand: a task without a unit, or an open case that nobody took and nothing moves. */
export function waitsForHand(row: CaseRow, tasks: readonly TaskView[]): boolean {
  if (row.state === 'closed' || row.taken) return false
  const task = leadingTask(tasks)
  if (task) return task.state === 'waiting'
  return row.state === 'open' && !row.deadlines.some((deadline) => deadline.kind === 'acknowledge' && deadline.met_at)
}

export class CaseBook {
  private entries = new Map<string, Entry>()
  private order: Entry[] = []
  private cases: Source['cases'] = new Map()
  private tasks: Source['tasks'] = new Map()
  private tasksOf = new Map<string, TaskView[]>()

  get(id: string): Entry | undefined {
    return this.entries.get(id)
  }

  /** All cases that are not merged into others, in the order of the list. */
  get sorted(): readonly Entry[] {
    return this.order
  }

  /** Takes in a new picture and tells which cases stand elsewhere, came or went. */
  take(source: Source): ReadonlySet<string> {
    const touched = this.takeTasks(source.tasks)
    this.takeCases(source.cases, touched)
    if (touched.size === 0) return touched
    const moved = new Set<string>()
    for (const id of touched) this.renew(id, moved)
    if (moved.size > 0) this.sortAnew(moved)
    else this.order = this.order.map((entry) => (touched.has(entry.id) ? (this.entries.get(entry.id) ?? entry) : entry))
    return moved
  }

  private takeTasks(next: Source['tasks']): Set<string> {
    const touched = new Set<string>()
    if (next === this.tasks) return touched
    const before = this.tasks
    this.tasks = next
    for (const [id, task] of next) {
      const known = before.get(id)
      if (known === task) continue
      if (known?.case_id && known.case_id !== task.case_id) touched.add(known.case_id)
      if (task.case_id) touched.add(task.case_id)
    }
    if (before.size > 0) for (const [id, task] of before) if (task.case_id && !next.has(id)) touched.add(task.case_id)
    if (touched.size > 0) this.indexTasks(touched)
    return touched
  }

  private indexTasks(touched: ReadonlySet<string>): void {
    for (const id of touched) this.tasksOf.delete(id)
    for (const task of this.tasks.values()) {
      if (!task.case_id || !touched.has(task.case_id) || !LASTING.has(task.state)) continue
      const known = this.tasksOf.get(task.case_id)
      if (known) known.push(task)
      else this.tasksOf.set(task.case_id, [task])
    }
  }

  private takeCases(next: Source['cases'], touched: Set<string>): void {
    if (next === this.cases) return
    const before = this.cases
    this.cases = next
    for (const [id, row] of next) if (before.get(id) !== row) touched.add(id)
    for (const id of before.keys()) if (!next.has(id)) touched.add(id)
  }

  private renew(id: string, moved: Set<string>): void {
    const known = this.entries.get(id)
    const row = this.cases.get(id)
    if (!row || row.merged_into || row.history) {
      if (this.entries.delete(id)) moved.add(id)
      return
    }
    const tasks = this.tasksOf.get(id) ?? NO_TASKS
    const key = known?.row === row ? known.key : sortKey(row)
    const entry = { id, row, tasks, key, waits: waitsForHand(row, tasks), nobody: nobodyAnswers(row) }
    if (!known || compareKeys(known.key, key) !== 0) moved.add(id)
    this.entries.set(id, entry)
  }

  /** What stayed is in order already; what moved is sorted by itself and put between. */
  private sortAnew(moved: ReadonlySet<string>): void {
    const came: Entry[] = []
    for (const id of moved) {
      const entry = this.entries.get(id)
      if (entry) came.push(entry)
    }
    came.sort((a, b) => compareKeys(a.key, b.key))
    const next: Entry[] = []
    let i = 0
    for (const old of this.order) {
      if (moved.has(old.id)) continue
      const entry = this.entries.get(old.id)
      if (!entry) continue
      for (let add = came[i]; add && compareKeys(add.key, entry.key) < 0; add = came[i]) {
        next.push(add)
        i += 1
      }
      next.push(entry)
    }
    this.order = next.concat(came.slice(i))
  }
}
