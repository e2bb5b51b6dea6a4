// The fold of the feed: what an event carries is put under its id, what is gone is taken out, positions never go back.
import { describe, expect, test } from 'vitest'
import type { EventsMessage, FeedData, FeedMessage, HelloMessage, SnapshotMessage } from '../wire/feed'
import type { CaseRow, CaseView, EscalationView, TaskView, UnitPositionView } from '../wire/wire'
import { NOTHING, type Picture, fold } from './picture'

const row = (id: string, seq: number, more: Partial<CaseRow> = {}) => ({ id, seq, state: 'open', ...more }) as CaseRow
const task = (id: string, state: TaskView['state'], case_id: string | null = null) => ({ id, state, case_id }) as TaskView
const hello: HelloMessage = {
  type: 'hello', epoch: 'e', seq: 10, now: '2026-01-12T14:14:00Z', clock_rate: 60,
  who: { account: 'command', role: 'command', jurisdictions: [], department: null, unit: null },
}
const snapshot = (seq: number, cases: CaseRow[] = [], tasks: TaskView[] = []) =>
  ({
    type: 'snapshot', now: '2026-01-12T14:14:01Z', seq, at: '', drill: false, policy: 'p', cases, tasks, escalations: [],
    area_warnings: [], units: [], resources: [], positions: [],
  }) as unknown as SnapshotMessage
const events = (after: number, upto: number, ...list: [number, string, unknown][]): EventsMessage => ({
  type: 'events', after, upto, events: list.map(([seq, kind, data]) => ({ seq, kind, at: '', data: data as FeedData })),
})
const after = (...messages: FeedMessage[]): Picture => fold(NOTHING, [hello, ...messages]).picture

describe('a picture', () => {
  test('is what the snapshot says, with who and where from the hello', () => {
    const picture = after(snapshot(10, [row('a', 4)], [task('t', 'waiting')]))
    expect([picture.epoch, picture.seq, picture.complete, picture.who?.account]).toEqual(['e', 10, true, 'command'])
    expect([...picture.cases.keys(), ...picture.tasks.keys()]).toEqual(['a', 't'])
  })

  test('says nothing before a snapshot, whatever events come', () => {
    const picture = after(events(10, 12, [11, 'case.opened', { case: row('a', 11) }]))
    expect([picture.complete, picture.cases.size, picture.seq]).toEqual([false, 0, 0])
  })

  test('takes in what an event carries and takes out what is gone', () => {
    const picture = after(
      snapshot(10, [row('a', 4)], [task('t', 'waiting')]),
      events(10, 12, [11, 'case.opened', { case: row('b', 11), task: task('u', 'offered') }], [12, 'case.closed', { case: row('a', 12, { state: 'closed' }), gone: { cases: ['a'], tasks: ['t'] } }]),
    )
    expect([...picture.cases.keys()]).toEqual(['b'])
    expect([...picture.tasks.keys()]).toEqual(['u'])
    expect(picture.seq).toBe(12)
  })

  test('takes in all events that share a seq, and none of them a second time', () => {
    const both = events(10, 11, [11, 'case.shown', shown('a', 11)], [11, 'task.offered', { task: task('t', 'offered', 'a') }])
    const picture = after(snapshot(10), both)
    expect([picture.cases.size, picture.tasks.size]).toEqual([1, 1])
    const again = fold(picture, [events(10, 11, [11, 'case.closed', { gone: { cases: ['a'] } }])])
    expect(again.picture.cases.size).toBe(1)
    expect(again.notables).toEqual([])
  })

  test('keeps the newer row of a case', () => {
    const picture = after(snapshot(10, [row('a', 9, { n_sightings: 3 })]), events(10, 11, [11, 'x', { case: row('a', 7, { n_sightings: 1 }) }]))
    expect(picture.cases.get('a')?.n_sightings).toBe(3)
  })

  test('of a case that comes into sight keeps the row, its tasks, and the escalations that are its own', () => {
    const picture = after(snapshot(10), events(10, 11, [11, 'case.shown', shown('a', 11)]))
    const seen = picture.cases.get('a') as CaseRow & { timeline?: unknown }
    expect(seen.timeline).toBeUndefined()
    expect([...picture.escalations.keys()]).toEqual(['own'])
  })

  test('loses a case that is hidden', () => {
    const picture = after(snapshot(10, [row('a', 4)]), events(10, 11, [11, 'case.hidden', { case_id: 'a', gone: { cases: ['a'] } }]))
    expect(picture.cases.size).toBe(0)
  })

  test('moves on over events that this account may not see', () => {
    expect(after(snapshot(10), events(10, 40)).seq).toBe(40)
  })

  test('asks for a snapshot after a gap, and after a resync', () => {
    const known = after(snapshot(10, [row('a', 4)]))
    for (const broken of [events(12, 13, [13, 'x', {}]), { type: 'resync', seq: 13 } as const]) {
      const folded = fold(known, [broken])
      expect([folded.needsSnapshot, folded.picture.complete]).toEqual([true, false])
      const mended = fold(folded.picture, [snapshot(13, [row('b', 13)])])
      expect([mended.needsSnapshot, mended.picture.complete, [...mended.picture.cases.keys()]]).toEqual([false, true, ['b']])
    }
  })

  test('is never changed by a later fold', () => {
    const before = after(snapshot(10, [row('a', 4)]))
    fold(before, [events(10, 11, [11, 'x', { case: row('b', 11), gone: { cases: ['a'] } }])])
    expect([...before.cases.keys()]).toEqual(['a'])
  })

  test('shares the maps that a fold does not touch, so that what rests on them is not made anew', () => {
    const before = after(snapshot(10, [row('a', 4)]))
    const { picture } = fold(before, [{ type: 'positions', positions: [{ unit: 'u-1' } as UnitPositionView] }])
    expect(picture.cases).toBe(before.cases)
    expect(picture.positions.size).toBe(1)
  })

  test('tells the newest time of the server, with the rate where it was said', () => {
    expect(fold(NOTHING, [hello, { type: 'ping', now: '2026-01-12T14:15:00Z' }]).clock).toEqual({ now: '2026-01-12T14:15:00Z', rate: 60 })
    expect(fold(NOTHING, [{ type: 'ping', now: '2026-01-12T14:15:00Z' }]).clock?.rate).toBeNull()
  })

  test('names the cases that a change concerns, also by their tasks and escalations', () => {
    const { touched } = fold(after(snapshot(10)), [
      events(10, 11, [11, 'x', { case: row('a', 11), task: task('t', 'offered', 'b'), escalation: { id: 'e', case_id: 'c' } as EscalationView }]),
    ])
    expect([...touched].sort()).toEqual(['a', 'b', 'c'])
  })
})

function shown(id: string, seq: number) {
  const whole = {
    ...row(id, seq), sightings: [], holds: [], timeline: [], tasks: [],
    escalations: [{ id: 'own', case_id: id }, { id: 'of-the-area', case_id: null }],
  } as unknown as CaseView
  return { case_id: id, case: whole }
}
