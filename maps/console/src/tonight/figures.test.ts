// Which figure stands where, what is absent, and which cases stand behind it.
import type { FigureView } from '@kit/wire/wire'
import { describe, expect, it } from 'vitest'
import { Figures, headsOf, hoursOf, ministryOf, slicesOf, speedsOf, streetCell } from './figures'
import { HOURS, nightAt, nightBeside, nightOf, stampOf } from './night'

const figure = (id: string, split: Record<string, string>, n: number, more: object = {}): FigureView =>
  ({ id, name: id, name_en: id, unit: 'count', split, value: n, n, n_counted: n, cases: Array.from({ length: n }, (_, k) => `c${k}`), others: [], ...more }) as unknown as FigureView

const NIGHT = new Figures([
  figure('reports_by_hour', {}, 4), figure('reports_by_hour', { way: 'patrol' }, 3), figure('reports_by_hour', { way: 'called_in' }, 1),
  figure('reports_by_hour', { hour: '23' }, 4), figure('reports_by_hour', { 'hour+way': '23+patrol' }, 3), figure('reports_by_hour', { 'hour+way': '23+called_in' }, 1),
  figure('cases', {}, 3), figure('cases', { jurisdiction: '310107015' }, 2),
  figure('cases_standing', { state: 'open' }, 2), figure('cases_closed', {}, 1),
  figure('people_met', {}, 2, { value: 3 }), figure('found', {}, 3),
  figure('offers_accepted', {}, 3, { unit: 'share', value: 1 / 3, n_counted: 1, counted: ['c1'] }), figure('refused', {}, 2),
  figure('refused', { detail: 'belongings' }, 1), figure('refused', { detail: 'work' }, 1),
  figure('refusals_due', {}, 3), figure('refusals_due', { timing: 'on_time' }, 2), figure('refusals_due', { timing: 'late' }, 1),
  figure('report_to_acknowledge.median', {}, 3, { value: 2.5 }), figure('report_to_acknowledge.median', { priority: 'P1' }, 2, { value: 2 }),
  figure('report_to_acknowledge.p90', { priority: 'P1' }, 2, { value: 4.8 }),
  figure('deadlines_missed', {}, 5, { unit: 'share', n_counted: 2, counted: ['c0', 'c2'] }),
])

describe('the figures of a night', () => {
  const heads = headsOf(NIGHT)
  it('stand in their order, and those that the server does not have are absent', () => {
    expect(heads.map((one) => one.id)).toEqual(['reports', 'cases', 'met', 'offers', 'revisits'])
    expect(headsOf(new Figures([]))).toEqual([])
  })

  it('have their parts, without those that the server does not say', () => {
    expect(heads[0]).toMatchObject({ value: 4, parts: [{ word: 'patrol', n: 3 }, { word: 'called_in', n: 1 }] })
    expect(heads[1]?.parts).toEqual([{ word: 'open', n: 2 }, { word: 'closed', n: 1 }])
    expect(heads[2]).toMatchObject({ value: 3, parts: [{ word: 'visited', n: 3 }, { word: 'met_cases', n: 2 }] })
  })

  it('open lists as long as they say', () => {
    const offers = heads.find((one) => one.id === 'offers')
    expect(offers).toMatchObject({ value: 1, of: 3 })
    expect(offers?.behind.map((one) => [one.key, one.cases])).toEqual([['all', ['c0', 'c1', 'c2']], ['accepted', ['c1']], ['not_accepted', ['c0', 'c2']]])
    const due = heads.find((one) => one.id === 'revisits')
    expect(due).toMatchObject({ value: 2, of: 3 })
    expect(due?.behind.map((one) => one.cases.length)).toEqual([3, 2, 1, 0])
  })

  it('fall back on what an older server says', () => {
    const older = headsOf(new Figures([
      figure('reports', {}, 3), figure('reports', { source: 'patrol' }, 1), figure('reports', { source: 'hotline' }, 1), figure('reports', { source: 'public' }, 1),
      figure('revisits_on_time', {}, 3, { unit: 'share', n_counted: 2 }),
    ]))
    expect(older[0]?.parts).toEqual([{ word: 'patrol', n: 1 }, { word: 'called_in', n: 2 }])
    // Without the cases that count there is one list and no guess.
    expect(older[1]).toMatchObject({ value: 2, of: 3, behind: [{ key: 'all' }] })
  })

  it('fill the hours from 16 to 07', () => {
    expect(HOURS[0]).toBe('16')
    expect(HOURS.at(-1)).toBe('07')
    expect(hoursOf(NIGHT).find((bar) => bar.hour === '23')).toMatchObject({ patrol: 3, calledIn: 1, unsaid: 0 })
    expect(hoursOf(NIGHT)[0]).toMatchObject({ patrol: 0, calledIn: 0, unsaid: 0, cases: [] })
    expect(hoursOf(new Figures([figure('reports', { hour: '16' }, 2)]))[0]).toMatchObject({ unsaid: 2 })
  })

  it('give reasons, speeds and streets', () => {
    expect(slicesOf(NIGHT, 'refused', 'detail').map((one) => one.value)).toEqual(['belongings', 'work'])
    expect(speedsOf(NIGHT, 'report_to_acknowledge', 'priority')).toMatchObject([{ value: 'P1', median: 2, p90: 4.8, n: 2 }])
    expect(streetCell(NIGHT, 'cases', '310107015')?.n).toBe(2)
    expect(streetCell(NIGHT, 'cases', '310107020')?.n).toBe(0)
    expect(streetCell(NIGHT, 'acknowledge', '310107020')?.n).toBeNull()
    expect(streetCell(NIGHT, 'not_found', null)).toBeNull()
    expect(streetCell(NIGHT, 'missed', null)).toEqual({ n: 2, cases: ['c0', 'c2'] })
  })

  it('count in the units of the ministry', () => {
    expect(ministryOf(new Figures([figure('people', {}, 2, { value: 5 }), figure('coverage', {}, 4, { unit: 'share', n_counted: 3 })]))).toMatchObject([
      { id: 'people', value: 5, of: null }, { id: 'coverage', value: 3, of: 4 },
    ])
  })
})

describe('a night', () => {
  const at = (text: string) => nightAt(Date.parse(text), '+08:00').date
  it('runs from four in the afternoon and is named by its first date', () => {
    expect(at('2026-01-12T16:00:00+08:00')).toBe('2026-01-12')
    expect(at('2026-01-13T01:26:00+08:00')).toBe('2026-01-12')
    expect(at('2026-01-13T07:59:59+08:00')).toBe('2026-01-12')
  })
  it('is by day the one that ended last', () => {
    expect(at('2026-01-13T12:00:00+08:00')).toBe('2026-01-12')
  })
  it('has its bounds in the offset of the district', () => {
    const night = nightOf('2026-01-12', '+08:00')
    expect(night && [stampOf(night.from, '+08:00'), stampOf(night.to, '+08:00')]).toEqual(['2026-01-12T16:00:00+08:00', '2026-01-13T08:00:00+08:00'])
    expect(night && nightBeside(night, -1, '+08:00').date).toBe('2026-01-11')
    expect(nightOf('12/01', '+08:00')).toBeNull()
  })
})
