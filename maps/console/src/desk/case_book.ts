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
  /** P2 or P3 that waits: when its acknowledge time is or was over; else null. */
  readonly handsBy: number | null
  /** Whether the desk itself is asked about it: a hand-over without an answer, a ticket to be answered. */
  readonly asked: boolean
  /** Whether attention may have to be drawn to it: mortal danger, nobody answers, something is missed. */
  readonly grave: boolean
}

export interface Source {
  readonly cases: ReadonlyMap<string, CaseRow>
  readonly tasks: ReadonlyMap<string, TaskView>
}

const NO_TASKS: readonly TaskView[] = []
const LASTING: ReadonlySet<string> = new Set(['waiting', 'offered', 'accepted', 'departed', 'arrived'])
/** Up to so many rows are put in their places one by one; more are merged in one pass. */
const FEW = 48

/** Whether a case waits for a hand: a task without a unit, or an open case that nobody took and nothing moves. */
export function waitsForHand(row: CaseRow, tasks: readonly TaskView[]): boolean {
  if (row.state === 'closed' || row.taken) return false
  const task = leadingTask(tasks)
  if (task) return task.state === 'waiting'
  return row.state === 'open' && !row.deadlines.some((deadline) => deadline.kind === 'acknowledge' && deadline.met_at)
}

function handsBy(row: CaseRow): number | null {
  if (row.priority.value !== 'P2' && row.priority.value !== 'P3') return null
  const acknowledge = row.deadlines.find((deadline) => deadline.kind === 'acknowledge')
  return acknowledge && !acknowledge.met_at ? Date.parse(acknowledge.by) : null
}

function entryOf(row: CaseRow, tasks: readonly TaskView[], known: Entry | undefined): Entry {
  const waits = waitsForHand(row, tasks)
  const nobody = nobodyAnswers(row)
  const replies = (row as CaseRow & { replies?: readonly unknown[] }).replies
  return {
    id: row.id, row, tasks, key: known?.row === row ? known.key : sortKey(row), waits, nobody,
    handsBy: waits ? handsBy(row) : null,
    asked: Boolean(row.hand_over && !row.hand_over.answer) || Boolean(replies?.length),
    grave: nobody || (row.state === 'open' && row.priority.value === 'P0') || (row.state !== 'closed' && row.deadlines.some((deadline) => deadline.missed_at && !deadline.met_at)),
  }
}

export class CaseBook {
  private entries = new Map<string, Entry>()
  private order: Entry[] = []
  private before: Source = { cases: new Map(), tasks: new Map() }
  private tasksOf = new Map<string, TaskView[]>()

  get(id: string): Entry | undefined {
    return this.entries.get(id)
  }

  /** All cases that are not merged into others, in the order of the list; a new array after each change. */
  get sorted(): readonly Entry[] {
    return this.order
  }

  /** Takes in a new picture and tells which cases stand elsewhere, came or went. `touched` absent: looks for itself. */
  take(source: Source, touched: ReadonlySet<string> = this.differences(source)): ReadonlySet<string> {
    const tasksChanged = source.tasks !== this.before.tasks
    this.before = source
    const moved = new Set<string>()
    if (touched.size === 0) return moved
    if (tasksChanged) this.indexTasks(touched)
    const changed = new Map<string, { old: Entry | undefined; next: Entry | undefined }>()
    for (const id of touched) {
      const old = this.entries.get(id)
      const next = this.renew(id, old)
      if (!old && !next) continue
      changed.set(id, { old, next })
      if (!old || !next || compareKeys(old.key, next.key) !== 0) moved.add(id)
    }
    if (changed.size <= FEW) this.placeOneByOne([...changed.values()])
    else this.mergeAll(changed)
    return moved
  }

  private differences(source: Source): Set<string> {
    const touched = new Set<string>()
    const { cases, tasks } = this.before
    if (source.tasks !== tasks) {
      for (const [id, task] of source.tasks) {
        const known = tasks.get(id)
        if (known === task) continue
        if (known?.case_id) touched.add(known.case_id)
        if (task.case_id) touched.add(task.case_id)
      }
      for (const [id, task] of tasks) if (task.case_id && !source.tasks.has(id)) touched.add(task.case_id)
    }
    if (source.cases !== cases) {
      for (const [id, row] of source.cases) if (cases.get(id) !== row) touched.add(id)
      for (const id of cases.keys()) if (!source.cases.has(id)) touched.add(id)
    }
    return touched
  }

  private indexTasks(touched: ReadonlySet<string>): void {
    for (const id of touched) this.tasksOf.delete(id)
    for (const task of this.before.tasks.values()) {
      if (!task.case_id || !LASTING.has(task.state) || !touched.has(task.case_id)) continue
      const known = this.tasksOf.get(task.case_id)
      if (known) known.push(task)
      else this.tasksOf.set(task.case_id, [task])
    }
  }

  private renew(id: string, known: Entry | undefined): Entry | undefined {
    const row = this.before.cases.get(id)
    if (!row || row.merged_into || row.history) {
      this.entries.delete(id)
      return undefined
    }
    const entry = entryOf(row, this.tasksOf.get(id) ?? NO_TASKS, known)
    this.entries.set(id, entry)
    return entry
  }

  private placeOneByOne(changed: readonly { old: Entry | undefined; next: Entry | undefined }[]): void {
    const order = this.order.slice()
    for (const { old } of changed) if (old) order.splice(placeOf(order, old.key), 1)
    for (const { next } of changed) if (next) order.splice(placeOf(order, next.key), 0, next)
    this.order = order
  }

  /** What stayed is in order already; what changed is sorted by itself and put between. */
  private mergeAll(changed: ReadonlyMap<string, { next: Entry | undefined }>): void {
    const came: Entry[] = []
    for (const { next } of changed.values()) if (next) came.push(next)
    came.sort((a, b) => compareKeys(a.key, b.key))
    const merged: Entry[] = []
    let i = 0
    for (const entry of this.order) {
      if (changed.has(entry.id)) continue
      for (let add = came[i]; add && compareKeys(add.key, entry.key) < 0; add = came[i]) {
        merged.push(add)
        i += 1
      }
      merged.push(entry)
    }
    for (; i < came.length; i += 1) merged.push(came[i] as Entry)
    this.order = merged
  }
}

/** Where a key stands, or would stand: keys differ at least in their ids. */
function placeOf(order: readonly Entry[], key: SortKey): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const there = order[middle]
    if (there && compareKeys(there.key, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
