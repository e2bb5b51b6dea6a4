// When a desk makes a sound, and when it is quiet.
import { describe, expect, it } from 'vitest'
import { deadline, AT, sampleCase } from '../desk/sample_case.test-cases'
import { askingOf } from './asking'
import { type Asking, MUTE_MS, QUIET, decide, mute, unmute } from './attention'

const asks = (id: string, cause: Asking['cause']): Asking => ({ id, cause, caseId: id, since: 0 })

describe('sound', () => {
  it('sounds at once for what is new, by the gravest', () => {
    expect(decide(QUIET, [asks('m', 'missed'), asks('p', 'p0')], 1_000).sound).toBe('p0')
    expect(decide(QUIET, [], 1_000).sound).toBeNull()
  })
  it('repeats each half minute until somebody acts', () => {
    const first = decide(QUIET, [asks('p', 'p0')], 0)
    expect(decide(first.state, [asks('p', 'p0')], 29_000).sound).toBeNull()
    const again = decide(first.state, [asks('p', 'p0')], 30_000)
    expect(again.sound).toBe('p0')
    expect(again.fresh).toEqual([])
    expect(decide(again.state, [], 90_000).sound).toBeNull()
  })
  it('sounds at once for one more, also shortly after the last', () => {
    const first = decide(QUIET, [asks('p', 'p0')], 0)
    expect(decide(first.state, [asks('p', 'p0'), asks('m', 'missed')], 1_000).sound).toBe('missed')
  })
  it('is silent while muted, tells what is new all the same, and for a quarter of an hour at most', () => {
    const muted = mute(QUIET, 0)
    const inside = decide(muted, [asks('p', 'p0')], 1_000)
    expect(inside.sound).toBeNull()
    expect(inside.fresh.length).toBe(1)
    expect(decide(inside.state, [asks('p', 'p0')], MUTE_MS).sound).toBe('p0')
    expect(decide(unmute(inside.state), [asks('p', 'p0')], 2_000).sound).toBe('p0')
  })
})

describe('what asks', () => {
  const none = { escalations: [], known: new Set<string>(), acted: new Set<string>() }
  it('mortal danger until somebody acted on it', () => {
    const row = sampleCase('a', { p: 'P0' })
    expect(askingOf({ ...none, cases: [row] }).map((one) => one.id)).toEqual(['p0:a'])
    expect(askingOf({ ...none, cases: [{ ...row, deadlines: [deadline('acknowledge', '22:02', { met_at: AT('22:01') })] }] })).toEqual([])
    expect(askingOf({ ...none, cases: [{ ...row, emergency_calls: [{ number: '120', by: 'a', at: AT('22:01') }] } as never] })).toEqual([])
    expect(askingOf({ ...none, cases: [row], acted: new Set(['p0:a']) })).toEqual([])
  })
  it('what was missed after the page was opened, not before', () => {
    const row = sampleCase('a', { deadlines: [deadline('acknowledge', '22:10', { met_at: AT('22:05') }), deadline('on_site', '22:45', { missed_at: AT('22:45') })] })
    expect(askingOf({ ...none, cases: [row] }).map((one) => one.cause)).toEqual(['missed'])
    expect(askingOf({ ...none, cases: [row], known: new Set(['missed:a:on_site']) })).toEqual([])
  })
})
