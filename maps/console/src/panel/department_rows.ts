// Which departments must answer for a case, and whether they have: its own escalations and those of areas that cover
// it, one row a department. Pure.
import type { EscalationView } from '@kit/wire/wire'

export type AnswerState =
  | 'acknowledged' | 'acknowledged_late' | 'running' | 'missed' | 'informed' | 'declined' | 'transferred' | 'ended'

export interface DepartmentRow {
  department: string
  state: AnswerState
  /** The escalation that the row speaks of. */
  escalation: EscalationView
  /** Asked for a whole area, of which this case is one. */
  forArea: boolean
  /** Must answer: counts in the head. */
  counts: boolean
}

const ORDER = ['rescue_station', 'police', 'city_management', 'health', 'civil_affairs', 'emergency']
const STATE_ORDER: Record<AnswerState, number> = {
  acknowledged: 0, acknowledged_late: 1, missed: 2, running: 3, transferred: 4, declined: 5, ended: 6, informed: 7,
}

export function answerState(escalation: EscalationView): AnswerState {
  if (escalation.acknowledged_at) return escalation.late ? 'acknowledged_late' : 'acknowledged'
  if (escalation.declined) return 'declined'
  if (escalation.transferred_to) return 'transferred'
  if (escalation.for_information) return 'informed'
  if (escalation.missed_at) return 'missed'
  if (escalation.ended) return 'ended'
  return 'running'
}

/** One row a department: its answer on any escalation counts, else the one that waits longest. */
export function departmentRows(escalations: Iterable<EscalationView>): DepartmentRow[] {
  const best = new Map<string, DepartmentRow>()
  for (const escalation of escalations) {
    if (escalation.ended === 'joined_area') continue
    const state = answerState(escalation)
    const row: DepartmentRow = {
      department: escalation.department, state, escalation, forArea: !escalation.case_id, counts: state !== 'informed',
    }
    const known = best.get(row.department)
    if (!known || isBetter(row, known)) best.set(row.department, row)
  }
  return [...best.values()].sort((a, b) => place(a.department) - place(b.department) || (a.department < b.department ? -1 : 1))
}

export function nAcknowledged(rows: readonly DepartmentRow[]): { answered: number; asked: number } {
  const asked = rows.filter((row) => row.counts)
  return { answered: asked.filter((row) => row.escalation.acknowledged_at).length, asked: asked.length }
}

function isBetter(a: DepartmentRow, b: DepartmentRow): boolean {
  const by = STATE_ORDER[a.state] - STATE_ORDER[b.state]
  if (by !== 0) return by < 0
  if (a.forArea !== b.forArea) return !a.forArea
  return a.escalation.opened_at < b.escalation.opened_at
}

function place(department: string): number {
  if (department.startsWith('street_')) return -1
  const at = ORDER.indexOf(department)
  return at < 0 ? ORDER.length : at
}
