// The pure parts of decisions: grades, places, times, previews, other cases, reasons.
import type { CaseRow, TimelineView, UnitView } from '@kit/wire/wire'
import { expect, test } from 'vitest'
import { onDuty, withNames } from './candidates'
import { type Change, isAt, shownChanges } from './changes'
import { stampOf } from './clock_field'
import { gradeBody, gradeChoices, undoBody } from './grades'
import { foundCases, nearCases } from './other_cases'
import { reasonText } from './reason'
import { relocationBody } from './relocation'
import { splitOffIn } from './split_off'

const row = (id: string, rest: object = {}) =>
  ({ id, opened_at: '2026-01-12T22:00:00+08:00', state: 'open', drill: false, merged_into: null, place: null, jurisdiction: { code: '310107005', name: '曹杨新村街道' }, tier: { value: 2 }, priority: { value: 'P2' }, warning_level: { value: 'yellow' }, position: null, ...rest }) as unknown as CaseRow

test('a raise offers what is graver, a lowering what is milder, nearest first', () => {
  expect(gradeChoices(row('a'), 'raise', 'command')).toEqual({ tier: ['1'], priority: ['P1', 'P0'], warning_level: ['orange'] })
  expect(gradeChoices(row('a'), 'lower', 'command')).toEqual({ tier: ['3'], priority: ['P3'], warning_level: ['blue', 'none'] })
})

test('a street raises to no tier 1 and lowers from none', () => {
  expect(gradeChoices(row('a'), 'raise', 'street').tier).toEqual([])
  expect(gradeChoices(row('a', { tier: { value: 1 } }), 'lower', 'street').tier).toEqual([])
})

test('only chosen axes are sent, and the undo takes exactly those back', () => {
  const chosen = { tier: '1', priority: null, warning_level: 'orange' }
  expect(gradeBody(chosen)).toEqual({ tier: 1, warning_level: 'orange' })
  expect(gradeBody({ tier: null, priority: null, warning_level: null })).toBeNull()
  expect(undoBody(chosen, { tier: '2', priority: 'P2', warning_level: 'yellow' })).toEqual({ tier: 2, warning_level: 'yellow' })
})

test('a case is moved to exactly one of place, street and position', () => {
  const form = { by: 'place', search: '', place: 'p-1', street: '310107005', lon: '121.4', lat: '31.2' }
  expect(relocationBody(form)).toEqual({ place: { id: 'p-1' } })
  expect(relocationBody({ ...form, place: null, search: ' 桥下 ' })).toEqual({ place: { name: '桥下' } })
  expect(relocationBody({ ...form, place: null })).toBeNull()
  expect(relocationBody({ ...form, by: 'street' })).toEqual({ jurisdiction: '310107005' })
  expect(relocationBody({ ...form, by: 'position' })).toEqual({ position: { lon: 121.4, lat: 31.2, crs: 'wgs84' } })
  expect(relocationBody({ ...form, by: 'position', lat: 'north' })).toBeNull()
})

test('a typed clock is the newest such time that is not in the future, in the offset of the district', () => {
  const now = Date.parse('2026-01-13T01:20:00+08:00')
  expect(stampOf('01:15', now, '+08:00')).toBe('2026-01-13T01:15:00+08:00')
  expect(stampOf('23:50', now, '+08:00')).toBe('2026-01-12T23:50:00+08:00')
  expect(stampOf('soon', now, '+08:00')).toBeNull()
})

test('a preview says each thing once and does not quote the word that stands in for the reason', () => {
  const change = (kind: string, text: string) => ({ kind, text, text_en: `en: ${text}` }) as Change
  const shown = shownChanges([change('case.decided', '人工决定：预览'), change('case.merged', '两案合并：预览'), change('task.withdrawn', '任务撤销'), change('task.withdrawn', '任务撤销')], '预览')
  expect(shown.map((one) => one.text)).toEqual(['两案合并', '任务撤销'])
})

test('a refusal belongs to a field or to what lies in it', () => {
  expect(isAt('/decision/by', '/decision')).toBe(true)
  expect(isAt('/tiers', '/tier')).toBe(false)
  expect(isAt(undefined, '/tier')).toBe(false)
})

test('other cases are near first, of the same kind, and found by code, street or place', () => {
  const here = row('00000000-aaaa', { position: { lon: 121.4, lat: 31.25 } })
  const near = row('00000000-bbbb', { position: { lon: 121.4003, lat: 31.25 } })
  const far = row('00000000-cccc', { position: { lon: 121.41, lat: 31.25 }, place: { name: '长寿公园 西侧' } })
  const drill = row('00000000-dddd', { drill: true })
  const all = [here, far, near, drill, row('00000000-eeee', { state: 'closed' })]
  expect(nearCases(here, all).map((other) => other.row.id)).toEqual(['00000000-bbbb', '00000000-cccc'])
  expect(foundCases(here, all, '公园').map((other) => other.row.id)).toEqual(['00000000-cccc'])
  expect(foundCases(here, all, '0112-bbbb').map((other) => other.row.id)).toEqual(['00000000-bbbb'])
})

test('the reason is the quick one with the words beside it', () => {
  expect(reasonText({ quick: 1, text: ' 两处相邻 ' }, ['同一人', '同行'])).toBe('同行：两处相邻')
  expect(reasonText({ quick: null, text: '' }, ['同一人'])).toBe('')
})

test('without a recommendation units on duty stand by street, and are called by name', () => {
  const unit = (id: string, jurisdiction: string, shift: object | null = {}) => ({ id, name: id, jurisdiction, shift, position: null }) as unknown as UnitView
  expect(onDuty([unit('u-10', 'x'), unit('u-2', 'x'), unit('u-9', '310107005'), unit('u-1', 'x', null)], row('a')).map((one) => one.unit)).toEqual(['u-9', 'u-2', 'u-10'])
  expect(withNames('u-2 太远', 'u-2', '巡查2组')).toBe('巡查2组 太远')
})

test('the case that a split made is the one that its newest line names', () => {
  const line = (seq: number, facts: object, kind = 'case.split') => ({ seq, kind, facts }) as unknown as TimelineView
  expect(splitOffIn([line(1, { to: 'old', sightings: ['s'] }), line(4, { to: 'new', sightings: ['s'] }), line(5, { to: 'x', sightings: ['t'] })], 's')).toBe('new')
  expect(splitOffIn([line(1, {}, 'case.opened')], 's')).toBeNull()
})
