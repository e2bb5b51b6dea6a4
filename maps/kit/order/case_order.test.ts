// The order of cases on every list, and what of a case is next (`desk.md`, section 4).
import { describe, expect, test } from 'vitest'
import type { CaseRow, DeadlineView, TaskView } from '../wire/wire'
import { compareKeys, leadingTask, nextDeadline, nobodyAnswers, sortKey } from './case_order'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 12, 14, minute)).toISOString()
const deadline = (kind: DeadlineView['kind'], by: number, more: Partial<DeadlineView> = {}): DeadlineView =>
  ({ kind, by: at(by), met_at: null, missed_at: null, steps: [], ...more }) as DeadlineView
const row = (id: string, priority: CaseRow['priority']['value'], opened: number, deadlines: DeadlineView[], more: Partial<CaseRow> = {}): CaseRow =>
  ({ id, opened_at: at(opened), state: 'open', priority: { value: priority, reasons: [], override: null }, deadlines, taken: null, ...more }) as unknown as CaseRow

const order = (...rows: CaseRow[]) => rows.map(sortKey).sort(compareKeys).map((key) => key.id).join(' ')

describe('cases are in the order', () => {
  test('P0 first, the oldest of them first, even before a missed one', () => {
    const missed = row('missed', 'P2', 1, [deadline('acknowledge', 5, { missed_at: at(5) })])
    expect(order(missed, row('young', 'P0', 9, []), row('old', 'P0', 3, []))).toBe('old young missed')
  })
  test('then missed, the longest first, then the next to run out', () => {
    expect(
      order(
        row('soon', 'P1', 1, [deadline('on_site', 20)]),
        row('late', 'P3', 1, [deadline('outcome', 9, { missed_at: at(9) })]),
        row('longest', 'P3', 1, [deadline('outcome', 4, { missed_at: at(4) })]),
        row('later', 'P1', 1, [deadline('on_site', 30)]),
      ),
    ).toBe('longest late soon later')
  })
  test('at equal times the higher priority, then who waits longer, then the id', () => {
    const same = [deadline('on_site', 20)]
    expect(order(row('b', 'P2', 5, same), row('a', 'P2', 5, same), row('old', 'P2', 4, same), row('p1', 'P1', 9, same))).toBe('p1 old a b')
  })
  test('a P0 in follow-up stands by its revisit, and closed cases are last', () => {
    expect(
      order(
        row('closed', 'P0', 1, [], { state: 'closed' }),
        row('follow', 'P0', 1, [deadline('revisit', 50)], { state: 'follow_up' }),
        row('runs', 'P3', 1, [deadline('on_site', 40)]),
      ),
    ).toBe('runs follow closed')
  })
})

test('a deadline that was met late is behind; one that is missed and not met is shown', () => {
  const met = deadline('acknowledge', 5, { missed_at: at(5), met_at: at(7) })
  expect(nextDeadline(row('a', 'P2', 1, [met, deadline('on_site', 30), deadline('outcome', 60)]))).toMatchObject({ kind: 'running', deadline: { kind: 'on_site' } })
  expect(nextDeadline(row('a', 'P2', 1, [deadline('on_site', 30), deadline('outcome', 20, { missed_at: at(20) })]))).toMatchObject({ kind: 'missed' })
  expect(nextDeadline(row('a', 'P2', 1, [met]))).toEqual({ kind: 'none' })
})

test('nobody answers once the last step of the ladder has fired and until somebody takes it', () => {
  const fired = [deadline('acknowledge', 5, { missed_at: at(5), steps: [5, 8, 10].map((minute) => ({ at: at(minute), fired_at: at(minute) })) })]
  const half = [deadline('acknowledge', 5, { steps: [{ at: at(5), fired_at: at(5) }, { at: at(10), fired_at: null }] })]
  expect(nobodyAnswers(row('a', 'P1', 1, fired))).toBe(true)
  expect(nobodyAnswers(row('a', 'P1', 1, half))).toBe(false)
  expect(nobodyAnswers(row('a', 'P1', 1, fired, { taken: { by: 'c', name: '王', at: at(11), reason: '' } }))).toBe(false)
  expect(nobodyAnswers(row('a', 'P1', 1, fired, { state: 'follow_up' }))).toBe(false)
})

test('the task that moves a case on is the one furthest under way', () => {
  const task = (id: string, state: TaskView['state']) => ({ id, state }) as TaskView
  expect(leadingTask([task('w', 'waiting'), task('o', 'offered'), task('d', 'departed'), task('x', 'done')])?.id).toBe('d')
  expect(leadingTask([task('x', 'done'), task('y', 'withdrawn')])).toBeNull()
})
