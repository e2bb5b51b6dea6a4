// The story, suggestions, tickets, the place and the rights of the panel.
import type { CaseRow, CaseView, TimelineView } from '@kit/wire/wire'
import { expect, test } from 'vitest'
import { caseActions } from './case_actions'
import { nDays, spotOf } from './earlier_here'
import { limitLength } from './lengths'
import { repliesOf } from './replies'
import { suggestionsOf } from './suggestions'
import { timelineLines } from './timeline_lines'

const line = (seq: number, kind: string, by: string, text: string) => ({ seq, kind, by, text, at: '2026-01-13T01:20:00+08:00', reasons: [] }) as unknown as TimelineView

test('the story is newest first, and a consequence is not told as a deed of the person who caused it', () => {
  const lines = timelineLines(
    [line(1, 'sighting.accepted', 'patrol2', '收到发现报告'), line(1, 'duty.notified', 'patrol2', '通知巡查2组：新任务'), line(2, 'task.accepted', 'patrol2', '巡查2组 签收任务，至 2026-01-13 02:00')],
    new Set(['巡查2组', '巡查2']),
    (of) => of.text,
  )
  expect(lines.map((l) => l.who)).toEqual([{ kind: 'named', name: '巡查2组' }, { kind: 'system' }, { kind: 'account', account: 'patrol2' }])
  expect(lines[0]?.text).toBe('签收任务，至 02:00')
})

test('suggestions are once for each case, the best first, without what is merged already', () => {
  const sighting = (may: object[]) => ({ may_duplicate: may })
  const whole = { sightings: [sighting([{ case_id: 'b', score: 0.4 }, { case_id: 'm', score: 0.9 }]), sighting([{ case_id: 'b', score: 0.8 }, { case_id: 'c', score: 0.9 }])] } as unknown as CaseView
  const found = suggestionsOf({ id: 'a', members: ['m'] } as unknown as CaseRow, whole, new Map())
  expect(found.map((f) => [f.suggestion.case_id, f.suggestion.score])).toEqual([['c', 0.9], ['b', 0.8]])
})

test('tickets come from the row where the server says them, else from the sightings', () => {
  const whole = { sightings: [{ id: 's', source: 'hotline', source_ref: '12345-7', reply_by: 'x' }, { id: 't', source: 'patrol' }] } as unknown as CaseView
  expect(repliesOf({} as CaseRow, whole).map((r) => r.source_ref)).toEqual(['12345-7'])
  expect(repliesOf({ replies: [{ sighting_id: '1', answered_at: 'z' }, { sighting_id: '2', answered_at: null }] } as unknown as CaseRow, null).map((r) => r.sighting_id)).toEqual(['2', '1'])
})

test('the square around a place is as wide as it is high', () => {
  const [west, south, east, north] = (spotOf({ lon: 121.4, lat: 31.25, crs: 'wgs84' }, 60) ?? '').split(',').map(Number) as [number, number, number, number]
  expect((north - south) * 111_320).toBeCloseTo(120, 0)
  expect((east - west) * 111_320 * Math.cos((31.25 * Math.PI) / 180)).toBeCloseTo(120, 0)
  expect(nDays([{ opened_at: '2026-01-13T01' }, { opened_at: '2026-01-13T05' }, { opened_at: '2026-01-14T01' }] as CaseRow[])).toBe(2)
})

test('a street decides only in its own streets, and raises to no tier 1', () => {
  const row = {
    state: 'open', history: false, n_sightings: 1, taken: null, subjects: [], members: [], jurisdiction: { code: '310107005' },
    priority: { value: 'P0' }, warning_level: { value: 'orange' }, tier: { value: '2' },
  } as unknown as CaseRow
  const kinds = (role: string, jurisdictions: string[]) => caseActions(row, null, { role: role as 'street', jurisdictions }).map((action) => action.kind)
  expect(kinds('auditor', [])).toEqual([])
  expect(kinds('department', [])).toEqual([])
  expect(kinds('street', ['310107014'])).toEqual([])
  expect(kinds('street', ['310107005'])).not.toContain('raise')
  expect(kinds('command', [])).toContain('raise')
  expect(kinds('command', [])).not.toContain('split')
})

test('limits are written as whole lengths', () => {
  const w = { hour: '时', minute: '分', day: '天', second: '秒' }
  expect([45_000, 120_000, 2_700_000, 3_600_000, 5_400_000, 7_200_000, 259_200_000].map((ms) => limitLength(ms, w))).toEqual(['45 秒', '2 分', '45 分', '1 时', '90 分', '2 时', '3 天'])
})
