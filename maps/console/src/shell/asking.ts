// Which things of the picture ask for attention now: mortal danger that nobody has acted on, tiers that nobody answers,
// deadlines missed since the page was opened. Pure.
import { nobodyAnswers } from '@kit/order/case_order'
import type { CaseRow, EscalationView } from '@kit/wire/wire'
import type { Asking } from './attention'

export interface AskingSource {
  readonly cases: Iterable<CaseRow>
  readonly escalations: Iterable<EscalationView>
  /** Missed before the page was opened: known, not sounded. */
  readonly known: ReadonlySet<string>
  /** Things that somebody acted on, here or elsewhere. */
  readonly acted: ReadonlySet<string>
}

/** Whether somebody acted on mortal danger: a task accepted, a person who took it, a call to 120 or 110 recorded. */
function isActedOn(row: CaseRow): boolean {
  return Boolean(row.taken) || row.emergency_calls.length > 0 || row.deadlines.some((deadline) => deadline.kind === 'acknowledge' && deadline.met_at)
}

export function missedIds(source: Pick<AskingSource, 'cases' | 'escalations'>): Map<string, { caseId: string | null; at: number }> {
  const found = new Map<string, { caseId: string | null; at: number }>()
  for (const row of source.cases) {
    if (row.state === 'closed' || row.merged_into) continue
    for (const deadline of row.deadlines) {
      if (deadline.missed_at && !deadline.met_at) found.set(`missed:${row.id}:${deadline.kind}`, { caseId: row.id, at: Date.parse(deadline.missed_at) })
    }
  }
  for (const escalation of source.escalations) {
    if (!escalation.missed_at || escalation.acknowledged_at || escalation.ended) continue
    found.set(`missed:${escalation.id}`, { caseId: escalation.case_id ?? null, at: Date.parse(escalation.missed_at) })
  }
  return found
}

export function askingOf(source: AskingSource): Asking[] {
  const found: Asking[] = []
  const cases = [...source.cases]
  for (const row of cases) {
    if (row.state !== 'open' || row.merged_into) continue
    if (row.priority.value === 'P0' && !isActedOn(row)) found.push({ id: `p0:${row.id}`, cause: 'p0', caseId: row.id, since: Date.parse(row.opened_at) })
    if (nobodyAnswers(row)) found.push({ id: `nobody:${row.id}`, cause: 'nobody', caseId: row.id, since: Date.parse(row.opened_at) })
  }
  for (const [id, { caseId, at }] of missedIds({ cases, escalations: source.escalations })) {
    if (!source.known.has(id)) found.push({ id, cause: 'missed', caseId, since: at })
  }
  return found.filter((one) => !source.acted.has(one.id))
}
