// The order of cases on every list (`desk.md`, section 4) and what of a case is next. Pure.
import type { CaseRow, DeadlineView, Level, TaskView } from '../wire/wire'

export type Urgency =
  | { kind: 'missed'; deadline: DeadlineView; at: number }
  | { kind: 'running'; deadline: DeadlineView; at: number }
  | { kind: 'none' }

/** The deadline that a row shows: the one missed longest and not met since, else the next that runs. */
export function nextDeadline(row: CaseRow): Urgency {
  let missed: DeadlineView | null = null
  let running: DeadlineView | null = null
  for (const deadline of row.deadlines) {
    if (deadline.met_at) continue
    if (deadline.missed_at) {
      if (!missed || deadline.by < missed.by) missed = deadline
    } else if (!running || deadline.by < running.by) running = deadline
  }
  if (missed) return { kind: 'missed', deadline: missed, at: Date.parse(missed.by) }
  if (running) return { kind: 'running', deadline: running, at: Date.parse(running.by) }
  return { kind: 'none' }
}

/** Nobody has taken it, and the last step of its ladder calls the district duty leader. */
export function nobodyAnswers(row: CaseRow): boolean {
  if (row.state !== 'open' || row.taken) return false
  const acknowledge = row.deadlines.find((deadline) => deadline.kind === 'acknowledge')
  if (!acknowledge || acknowledge.met_at) return false
  const last = acknowledge.steps.at(-1)
  return Boolean(last?.fired_at)
}

const PRIORITY_ORDER = { P0: 0, P1: 1, P2: 2, P3: 3 } as const
export const LEVEL_ORDER: Record<Level, number> = { orange: 0, yellow: 1, blue: 2, none: 3 }

export interface SortKey {
  id: string
  band: 0 | 1 | 2 | 3
  at: number
  priority: number
  opened: number
}

/** P0 first, oldest first; then missed, longest missed first; then running, soonest first; then the rest. */
export function sortKey(row: CaseRow): SortKey {
  const opened = Date.parse(row.opened_at)
  const priority = PRIORITY_ORDER[row.priority.value]
  if (row.state === 'closed') return { id: row.id, band: 3, at: opened, priority, opened }
  if (row.priority.value === 'P0' && row.state === 'open') return { id: row.id, band: 0, at: opened, priority, opened }
  const urgency = nextDeadline(row)
  if (urgency.kind === 'missed') return { id: row.id, band: 1, at: urgency.at, priority, opened }
  if (urgency.kind === 'running') return { id: row.id, band: 2, at: urgency.at, priority, opened }
  return { id: row.id, band: 3, at: opened, priority, opened }
}

export function compareKeys(a: SortKey, b: SortKey): number {
  return (
    a.band - b.band ||
    a.at - b.at ||
    a.priority - b.priority ||
    a.opened - b.opened ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}

/** The task that moves a case on: under way before offered before waiting. */
const TASK_ORDER: Partial<Record<TaskView['state'], number>> = { arrived: 0, departed: 1, accepted: 2, offered: 3, waiting: 4 }
export function leadingTask(tasks: Iterable<TaskView>): TaskView | null {
  let best: TaskView | null = null
  for (const task of tasks) {
    const order = TASK_ORDER[task.state]
    if (order === undefined) continue
    if (!best || order < (TASK_ORDER[best.state] ?? 9)) best = task
  }
  return best
}
