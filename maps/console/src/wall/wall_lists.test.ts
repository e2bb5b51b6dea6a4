// The lists of the wall: who is named, in which order, and that no place or person is among the words.
import { NOTHING, type Picture } from '@kit/fold/picture'
import { caseRow } from '@kit/map/fixtures/rows'
import type { EscalationView } from '@kit/wire/wire'
import { zh } from '@kit/words/zh'
import { describe, expect, it } from 'vitest'
import { clockOfNight, nextCases, nightOf, nNot120, waitingDepartments } from './wall_lists'

const escalation = (id: string, over: Partial<EscalationView>): [string, EscalationView] => [
  id,
  { id, tier: '1', department: 'd-1', cases: [], jurisdictions: [], opened_at: '2026-01-13T01:00:00+08:00', acknowledge_by: '2026-01-13T01:10:00+08:00', late: false, for_information: false, reasons: [], asked_again: false, reports: [], drill: false, seq: 1, ...over } as unknown as EscalationView,
]
const picture = (over: Partial<Picture>): Picture => ({ ...NOTHING, complete: true, ...over })
const names = { departments: new Map([['d-1', '区城管执法局'], ['d-2', '区民政局']]), streets: new Map([['310107102', '长征镇']]), words: zh }

describe('departments that have not answered', () => {
  it('stand once each, by the worst, missed longest first', () => {
    const row = caseRow('c', { priority: 'P0' })
    const lines = waitingDepartments(
      picture({
        cases: new Map([['c', row]]),
        escalations: new Map([
          escalation('e1', { department: 'd-2', jurisdictions: ['310107102'] }),
          escalation('e2', { case_id: 'c', acknowledge_by: '2026-01-13T01:06:00+08:00', missed_at: '2026-01-13T01:06:00+08:00' }),
          escalation('e3', { case_id: 'c', acknowledge_by: '2026-01-13T01:20:00+08:00' }),
          escalation('e4', { acknowledged_at: '2026-01-13T01:01:00+08:00' }),
          escalation('e5', { for_information: true }),
          escalation('e6', { ended: 'colour_fell' }),
        ]),
      }),
      names,
    )
    expect(lines.map(({ name, facts, n, missed }) => [name, facts, n, missed])).toEqual([
      ['区城管执法局', '一级 · P0 · 长寿路街道', 2, true],
      ['区民政局', '一级 · 区域响应 · 长征镇', 1, false],
    ])
  })
})

describe('the next deadlines', () => {
  it('begin with mortal danger, then the missed, and name streets only', () => {
    const rows = [
      caseRow('late', { missedBy: '2026-01-13T01:05:00+08:00', place: '曹杨路站' }),
      caseRow('soon', { by: '2026-01-13T01:40:00+08:00', place: '真如站' }),
      caseRow('p0', { priority: 'P0', by: '2026-01-13T03:00:00+08:00' }),
      caseRow('closed', { state: 'closed' }),
    ]
    const lines = nextCases(picture({ cases: new Map(rows.map((row) => [row.id, row])) }), 4, zh)
    expect(lines.map(({ id, street, facts }) => [id, street, facts])).toEqual([
      ['p0', '长寿路街道', 'P0 危急 · 二级 · 到场'], ['late', '长寿路街道', 'P2 露宿 · 二级 · 签收'], ['soon', '长寿路街道', 'P2 露宿 · 二级 · 到场'],
    ])
  })
  it('tell how many P0 nobody has called 120 for', () => {
    const called = { ...caseRow('b', { priority: 'P0' }), emergency_calls: [{ number: '120', at: '2026-01-13T01:02:00+08:00', by: 'command' }] } as never
    expect(nNot120(picture({ cases: new Map([['a', caseRow('a', { priority: 'P0' })], ['b', called]]) }))).toBe(1)
  })
})

describe('a night', () => {
  it.each([['2026-01-13T01:30:00+08:00', '2026-01-12T16:00:00+08:00', '01-12', '01-13'], ['2026-01-12T18:00:00+08:00', '2026-01-12T16:00:00+08:00', '01-12', '01-13']])('at %s began at %s', (now, from, fromDay, toDay) => {
    expect(nightOf(Date.parse(now), '+08:00')).toMatchObject({ from, fromDay, toDay })
  })
  it('writes the day only of what was before it', () => {
    const now = Date.parse('2026-01-13T01:30:00+08:00')
    expect(clockOfNight('2026-01-12T23:40:00+08:00', now, '+08:00')).toBe('23:40')
    expect(clockOfNight('2026-01-11T23:40:00+08:00', now, '+08:00')).toBe('01-11 23:40')
  })
})
