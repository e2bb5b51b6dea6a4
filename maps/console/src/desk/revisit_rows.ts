// Who is due a visit: planned revisits and cases in follow-up, each once, in the order of the page. Pure.
import type { CaseRow, RevisitRow } from '@kit/wire/wire'

export interface DueRow {
  readonly id: string
  readonly row: RevisitRow
  readonly entry: CaseRow | null
  readonly dueAt: number
  readonly overdue: boolean
  readonly special: boolean
}

/** What the server planned, and follow-up cases whose next visit it has not listed yet. */
export function dueRows(planned: readonly RevisitRow[], cases: ReadonlyMap<string, CaseRow>, now: number): DueRow[] {
  const rows: DueRow[] = planned.filter((row) => !row.case_id || cases.get(row.case_id)?.state !== 'closed').map((row) => rowOf(row, row.case_id ? (cases.get(row.case_id) ?? null) : null, now))
  const listed = new Set(planned.map((row) => row.case_id))
  for (const row of cases.values()) {
    if (row.state !== 'follow_up' || row.merged_into || listed.has(row.id)) continue
    const deadline = row.deadlines.find((one) => one.kind === 'revisit' && !one.met_at)
    if (!deadline) continue
    const made: RevisitRow = {
      case_id: row.id, due_at: deadline.by, jurisdiction: row.jurisdiction.code, kind: 'revisit', look: row.follow_up?.look ?? false, n_this_week: null,
      overdue: Boolean(deadline.missed_at), person_id: null, place: row.place ?? null, priority: row.priority.value, reasons: row.follow_up?.reasons ?? [], task_id: null,
    }
    rows.push(rowOf(made, row, now))
  }
  return rows.sort((a, b) => group(a) - group(b) || a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
}

/** People of special concern come first once they are overdue; all else by time. */
function group(row: DueRow): number {
  return row.special && row.overdue ? 0 : 1
}

function rowOf(row: RevisitRow, entry: CaseRow | null, now: number): DueRow {
  const dueAt = Date.parse(row.due_at)
  const id = `${row.kind}:${row.case_id ?? row.person_id ?? ''}:${row.due_at}`
  return { id, row, entry, dueAt, overdue: row.overdue || dueAt < now, special: row.kind === 'special_care' }
}
