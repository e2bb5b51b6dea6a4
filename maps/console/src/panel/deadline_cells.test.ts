// Deadlines: met, running, missed; limits and shares of the bar.
import type { CaseRow, DeadlineView } from '@kit/wire/wire'
import { expect, test } from 'vitest'
import { deadlineCells, limitOf } from './deadline_cells'

const opened = '2026-01-13T01:00:00+08:00'
const at = (minutes: number) => new Date(Date.parse(opened) + minutes * 60_000).toISOString()
const deadline = (kind: string, by: number, rest: Partial<DeadlineView> = {}, steps = [by, by * 1.5, by * 2]) =>
  ({ kind, by: at(by), met_at: null, missed_at: null, steps: steps.map((m) => ({ at: at(m), fired_at: null })), ...rest }) as DeadlineView
const cell = (d: DeadlineView, nowMinutes: number, stale = false) => deadlineCells({ opened_at: opened, deadlines: [d] } as unknown as CaseRow, Date.parse(at(nowMinutes)), stale)[0]

test('the limit is read off the steps, which stand at 100 and 150 percent of it', () => {
  expect(limitOf(deadline('on_site', 30), Date.parse(opened))).toBe(30 * 60_000)
  // After a re-grade the deadline came earlier than its new length.
  expect(limitOf(deadline('on_site', 20, {}, [20, 35, 50]), Date.parse(opened))).toBe(30 * 60_000)
})

test('where all steps stand at once the limit is what lay between opening and deadline', () => {
  expect(limitOf(deadline('acknowledge', 2, {}, [2, 2, 2]), Date.parse(opened))).toBe(120_000)
  expect(limitOf(deadline('revisit', 600, {}, []), Date.parse(opened))).toBeNull()
})

test('a running deadline says what is left and presses from a quarter on', () => {
  expect(cell(deadline('on_site', 20), 10)).toMatchObject({ state: 'running', lengthMs: 600_000, share: 0.5, pressing: false })
  expect(cell(deadline('on_site', 20), 16)).toMatchObject({ share: 0.2, pressing: true })
})

test('a met deadline says the time taken, also when it was met late', () => {
  expect(cell(deadline('acknowledge', 4, { met_at: at(1) }), 9)).toMatchObject({ state: 'met', lengthMs: 60_000, share: 0.25 })
  expect(cell(deadline('acknowledge', 4, { met_at: at(6), missed_at: at(4) }), 9)).toMatchObject({ state: 'met_late', lengthMs: 360_000, share: 1 })
})

test('a missed deadline counts on; a passed one is only perhaps missed while the picture is old', () => {
  expect(cell(deadline('acknowledge', 4, { missed_at: at(4) }), 9)).toMatchObject({ state: 'missed', lengthMs: 300_000 })
  expect(cell(deadline('acknowledge', 4), 9, true)).toMatchObject({ state: 'maybe_missed' })
  expect(cell(deadline('acknowledge', 4, { missed_at: at(4) }), 9, true)).toMatchObject({ state: 'missed' })
})
