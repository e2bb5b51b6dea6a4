// What the countdown of a case shows: which deadline, how much of it is left, whether it is missed. Pure.
import { nextDeadline } from '@kit/order/case_order'
import type { CaseRow, DeadlineKind, DeadlineView } from '@kit/wire/wire'

/** From this share on a countdown is written in the strongest text. */
export const URGENT_SHARE = 0.25

export interface Countdown {
  /** `maybe`: its time has passed, but the page does not know whether it was met meanwhile. */
  kind: 'running' | 'missed' | 'maybe' | 'none'
  deadline: DeadlineKind | null
  /** Milliseconds left, or since it was due. */
  ms: number
  /** Share of its length that is left, 0 to 1. */
  share: number
  urgent: boolean
}

const NONE: Countdown = { kind: 'none', deadline: null, ms: 0, share: 0, urgent: false }

/** When a deadline began to run: with the follow-up for a revisit, else when the case was opened. */
export function beginOf(row: CaseRow, deadline: DeadlineView): number {
  const began = deadline.kind === 'revisit' ? (row.follow_up?.since ?? row.last_seen_at ?? row.opened_at) : row.opened_at
  return Date.parse(began)
}

export function countdownOf(row: CaseRow, now: number, offline: boolean): Countdown {
  const next = row.state === 'closed' ? { kind: 'none' as const } : nextDeadline(row)
  if (next.kind === 'none') return NONE
  const left = next.at - now
  const deadline = next.deadline.kind
  if (next.kind === 'missed') return { kind: 'missed', deadline, ms: Math.max(0, -left), share: 0, urgent: true }
  if (left <= 0) return { kind: offline ? 'maybe' : 'missed', deadline, ms: -left, share: 0, urgent: true }
  const share = shareLeft(beginOf(row, next.deadline), next.at, now)
  return { kind: 'running', deadline, ms: left, share, urgent: share <= URGENT_SHARE }
}

export function shareLeft(begin: number, by: number, now: number): number {
  const length = by - begin
  if (length <= 0) return 0
  return Math.min(1, Math.max(0, (by - now) / length))
}
