// What may be decided on a case, in the order of the buttons. What a role may not do is absent. Pure.
import type { CaseRow, CaseView, Role } from '@kit/wire/wire'
import type { DecisionKind } from '../decide/decisions'

export type ActionKind = Exclude<DecisionKind, 'reply'>

export interface CaseAction {
  kind: ActionKind
  key: string | null
  /** Stands in the row; the others are in the menu behind it. */
  first: boolean
}

export interface Decider {
  role: Role | null
  jurisdictions: readonly string[]
}

/** Whether an account may decide on a case: `command` everywhere, `street` in its own streets. */
export function mayDecide(row: CaseRow, decider: Decider): boolean {
  if (decider.role === 'command') return true
  return decider.role === 'street' && decider.jurisdictions.includes(row.jurisdiction.code)
}

export function mayRecordCall(row: CaseRow, decider: Decider): boolean {
  return mayDecide(row, decider) || decider.role === 'department'
}

export function caseActions(row: CaseRow, whole: CaseView | null, decider: Decider): CaseAction[] {
  if (!mayDecide(row, decider)) return []
  if (row.history) return []
  const actions: CaseAction[] = []
  const add = (kind: ActionKind, key: string | null, first: boolean) => actions.push({ kind, key, first })
  if (row.state === 'closed') {
    add('note', 'n', true)
    return actions
  }
  add('assign', 'a', true)
  if (mayRaise(row, decider)) add('raise', 'r', true)
  if (mayLower(row, decider)) add('lower', 'l', true)
  add('merge', 'm', true)
  if (row.n_sightings > 1) add('split', 's', true)
  add('note', 'n', true)
  if (row.hand_over && !row.hand_over.answer) add('answer', 'h', false)
  else add('hand_over', 'h', false)
  add('close', 'x', false)
  if (!row.taken) add('take', null, false)
  add('relocate', null, false)
  add('subjects', null, false)
  if (waitsForArrival(row)) add('arrivals', null, false)
  add('call', null, false)
  if ((whole?.members ?? row.members).length > 0) add('unmerge', null, false)
  return actions
}

function mayRaise(row: CaseRow, decider: Decider): boolean {
  const { priority, warning_level: level, tier } = row
  const highestTier = decider.role === 'command' ? '1' : '2'
  return priority.value !== 'P0' || level.value !== 'orange' || String(tier.value) > highestTier
}

function mayLower(row: CaseRow, decider: Decider): boolean {
  const tier = String(row.tier.value)
  const tierFalls = tier !== '3' && (tier !== '1' || decider.role === 'command')
  return tierFalls || row.priority.value !== 'P3' || row.warning_level.value !== 'none'
}

/** Somebody was handed over, and the receiver has not said that they arrived. */
export function waitsForArrival(row: CaseRow): boolean {
  return row.state === 'follow_up' && row.subjects.some((subject) => subject.closing || (subject.handed_to && !subject.handed_to.confirmed_at))
}
