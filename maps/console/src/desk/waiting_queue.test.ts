// Who gets a hand first, and what would help.
import type { UnitPositionView, UnitView } from '@kit/wire/wire'
import { describe, expect, it } from 'vitest'
import { CaseBook } from './case_book'
import { AT, sampleCase, sampleTask } from './sample_case.test-cases'
import { freeUnits, lineOf, metresBetween, withHelp } from './waiting_queue'

const unit = (id: string, onShift = true) => ({ id, name: id, jurisdiction: '310107015', shift: onShift ? { started_at: AT('16:00'), check_in_missed: false } : null }) as UnitView
const at = (lon: number) => ({ lon, lat: 31.25, accuracy_m: 10, crs: 'wgs84' }) as never
const fix = (id: string, lon: number): UnitPositionView => ({ unit: id, at: AT('22:00'), heard_at: AT('22:00'), position: at(lon) }) as UnitPositionView
const wet = (signs: string[]) => ({ value: 'P2' as const, override: null, reasons: [{ rule: 'priority', policy: 'p', facts: { signs }, text: '', text_en: '', source: '' }] }) as never

const queueOf = (entries: Parameters<typeof lineOf>[0], units: UnitView[], positions: Map<string, UnitPositionView>) => withHelp(lineOf(entries, 100), units, positions)

describe('queue', () => {
  it('orders by priority, exposure, waiting time', () => {
    const rows = [
      sampleCase('young', { opened_at: AT('22:20') }), sampleCase('old', { opened_at: AT('21:50') }),
      sampleCase('wet', { opened_at: AT('22:25'), priority: wet(['bedded_down', 'wet_clothing']) }), sampleCase('p1', { p: 'P1', opened_at: AT('22:29') }),
    ]
    const book = new CaseBook()
    book.take({ cases: new Map(rows.map((row) => [row.id, row])), tasks: new Map() })
    expect(queueOf(book.sorted, [], new Map()).map((one) => one.entry.id)).toEqual(['p1', 'wet', 'old', 'young'])
    expect(lineOf(book.sorted, 2).map((one) => one.entry.id)).toEqual(['p1', 'wet'])
  })
  it('names the nearest free units, and what helps where there is none', () => {
    const book = new CaseBook()
    book.take({ cases: new Map([['a', sampleCase('a', { position: at(121.4) })]]), tasks: new Map() })
    const positions = new Map([['u-1', fix('u-1', 121.42)], ['u-2', fix('u-2', 121.41)]])
    const [one] = queueOf(book.sorted, [unit('u-1'), unit('u-2'), unit('u-3')], positions)
    expect(one?.near.map((near) => near.unit.id)).toEqual(['u-2', 'u-1'])
    expect(one?.help).toBe('assign')
    expect(queueOf(book.sorted, [], positions)[0]?.help).toBe('raise')
  })
  it('counts a unit as free when it is on shift and holds nothing', () => {
    const tasks = [sampleTask('t', 'a', { unit: 'u-1', state: 'departed' }), sampleTask('s', 'b', { unit: 'u-2', state: 'done' })]
    expect(freeUnits([unit('u-1'), unit('u-2'), unit('u-3', false)], tasks).map((one) => one.id)).toEqual(['u-2'])
  })
  it('measures in metres', () => {
    expect(metresBetween({ lon: 121.4, lat: 31.25 }, { lon: 121.41, lat: 31.25 })).toBeCloseTo(950.6, 0)
  })
})
