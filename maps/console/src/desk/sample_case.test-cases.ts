// A case as tests of the desk begin with it: open, P2, yellow, three deadlines from 22:00.
import type { CaseRow, DeadlineView, Priority, TaskView } from '@kit/wire/wire'

export const AT = (clock: string) => `2026-01-12T${clock}:00+08:00`

export function deadline(kind: DeadlineView['kind'], by: string, more: Partial<DeadlineView> = {}): DeadlineView {
  return { kind, by: AT(by), met_at: null, missed_at: null, steps: [], ...more }
}

export function sampleCase(id: string, more: Partial<CaseRow> & { p?: Priority } = {}): CaseRow {
  const { p, ...rest } = more
  return {
    id, seq: 1, opened_at: AT('22:00'), state: 'open', merged_into: null, members: [], position: null, place: null,
    jurisdiction: { code: '310107015', name: '长寿路街道', guessed: false },
    priority: { value: p ?? 'P2', reasons: [], override: null }, warning_level: { value: 'yellow', reasons: [], override: null },
    tier: { value: 2, reasons: [], override: null }, subjects: [], n_sightings: 1, last_seen_at: AT('22:00'), doubts: [],
    deadlines: [deadline('acknowledge', '22:10'), deadline('on_site', '22:45')], units: [], taken: null, follow_up: null, hand_over: null,
    emergency_calls: [], closed_at: null, review: false, drill: false, history: false, details_erased: false, policy: 'putuo', ...rest,
  } as CaseRow
}

export function sampleTask(id: string, caseId: string, more: Partial<TaskView> = {}): TaskView {
  return {
    id, case_id: caseId, unit: null, department: null, kind: 'visit', state: 'waiting', reasons: [], jurisdiction: '310107015', resource: null, self_made: false,
    look: false, made_at: AT('22:00'), outcomes: [], ...more,
  } as TaskView
}
