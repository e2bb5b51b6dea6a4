// The deadlines of a case as the panel shows them: met, running or missed, with the limit and the share left. Pure.
import type { CaseRow, DeadlineView } from '@kit/wire/wire'

export interface DeadlineCell {
  kind: DeadlineView['kind']
  state: 'met' | 'met_late' | 'running' | 'missed' | 'maybe_missed'
  /** Length to write: taken, left, or over. */
  lengthMs: number
  /** How long it was to last; null where nothing says so. */
  limitMs: number | null
  /** Share of the bar, 0 to 1: what was used of a met one, what is left of a running one. */
  share: number
  /** Under a quarter left: written bold. */
  pressing: boolean
}

const PRESSING_BELOW = 0.25

/**
 * @param now the server's time in milliseconds
 * @param stale whether the picture is too old to say that something was missed
 */
export function deadlineCells(row: CaseRow, now: number, stale: boolean): DeadlineCell[] {
  return row.deadlines.map((deadline) => cellOf(deadline, Date.parse(row.opened_at), now, stale))
}

function cellOf(deadline: DeadlineView, openedAt: number, now: number, stale: boolean): DeadlineCell {
  const by = Date.parse(deadline.by)
  const limitMs = limitOf(deadline, openedAt)
  const start = limitMs === null ? openedAt : Math.max(openedAt, by - limitMs)
  const base = { kind: deadline.kind, limitMs, pressing: false }
  const whole = Math.max(1, by - start)
  if (deadline.met_at) {
    const met = Date.parse(deadline.met_at)
    const took = Math.max(0, met - start)
    const share = Math.min(1, took / whole)
    return { ...base, state: deadline.missed_at || met > by ? 'met_late' : 'met', lengthMs: took, share }
  }
  const left = by - now
  if (deadline.missed_at || left <= 0) {
    const certain = deadline.missed_at !== null && deadline.missed_at !== undefined
    return { ...base, state: certain || !stale ? 'missed' : 'maybe_missed', lengthMs: Math.max(0, -left), share: 0 }
  }
  const share = Math.min(1, left / (limitMs ?? whole))
  return { ...base, state: 'running', lengthMs: left, share, pressing: share < PRESSING_BELOW }
}

/**
 * The length that a deadline was given: its steps stand at 100, 150 and 200 % of it. Where all steps stand at once, as
 * for P0, and for a revisit, it is what lay between the opening and the deadline.
 */
export function limitOf(deadline: DeadlineView, openedAt: number): number | null {
  const [first, second] = deadline.steps
  if (first && second) {
    const half = Date.parse(second.at) - Date.parse(first.at)
    if (half > 0) return half * 2
  }
  if (deadline.kind === 'revisit') return null
  const whole = Date.parse(deadline.by) - openedAt
  return whole > 0 ? whole : null
}
