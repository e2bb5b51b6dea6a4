// Rows, digits and keys of a call become the report that the server takes.
import type { Spot } from '@kit/find/find_places'
import { describe, expect, it } from 'vitest'
import { choose, chooseSpot, chosen, hasCritical, lacking, newCall, nextRow, pickSpot, press, reportOf, ROWS, rowOfPointer, typePlace } from './call'
import { replyTime } from './reply'

const BRIDGE: Spot = {
  key: 'place:p-1', kind: 'place', name: '昌化路桥 北岸', placeId: 'p-1', level: 'promenade', jurisdiction: '310107015',
  position: { lon: 121.437, lat: 31.247, accuracy_m: null, crs: 'wgs84' },
}
const STREET: Spot = {
  key: 'street:310107015', kind: 'street', name: '长寿路街道', placeId: null, level: null, jurisdiction: '310107015',
  position: { lon: 121.429, lat: 31.243, accuracy_m: 1500, crs: 'wgs84' },
}
const AT = Date.parse('2026-01-13T01:26:00+08:00')
const blank = newCall('0190-1')

describe('a call', () => {
  it('goes through its rows in the order in which callers speak and stays at both ends', () => {
    expect(ROWS).toEqual(['source', 'place', 'level', 'people', 'age', 'critical', 'protect', 'worse', 'note'])
    expect(nextRow('source', 1)).toBe('place')
    expect(nextRow('source', -1)).toBe('source')
    expect(nextRow('note', 1)).toBe('note')
    expect(nextRow('note', -1)).toBe('worse')
  })

  it.each([
    ['source', '1', ['12345']],
    ['source', '3', ['962200']],
    ['level', '3', ['promenade']],
    ['level', '0', ['unknown']],
    ['people', '4', ['4']],
    ['age', '5', ['80_plus']],
    ['critical', '4', ['suspected_hypothermia']],
    ['protect', '9', ['suspected_abused']],
    ['worse', '1', ['wet_clothing']],
  ] as const)('row %s takes the digit %s', (row, digit, values) => {
    expect(chosen(press(blank, row, digit), row)).toEqual(values)
  })

  it('leaves a digit alone that the row does not have', () => {
    expect(press(blank, 'worse', '9')).toBe(blank)
    expect(press(blank, 'note', '1')).toBe(blank)
    expect(press(blank, 'place', '1')).toBe(blank)
  })

  it('takes another choice in place of the first, and a sign back when it is pressed again', () => {
    expect(chosen(press(press(blank, 'age', '1'), 'age', '4'), 'age')).toEqual(['60_79'])
    const two = press(press(blank, 'critical', '1'), 'worse', '2')
    expect(two.signs).toEqual(['unconscious', 'no_bedding'])
    expect(hasCritical(two)).toBe(true)
    expect(hasCritical(press(two, 'critical', '1'))).toBe(false)
  })

  it('takes the level over from the place, and forgets the place when other words are typed', () => {
    const there = chooseSpot(blank, BRIDGE)
    expect(there.level).toBe('promenade')
    expect(typePlace(there, '昌化路桥 北岸').spot).toBe(BRIDGE)
    expect(typePlace(there, '昌化路桥').spot).toBeNull()
  })

  it('keeps a street while free words follow it', () => {
    const there = typePlace(chooseSpot(blank, STREET), '长寿路街道 药店门口')
    expect(there.spot).toBe(STREET)
    expect(reportOf({ ...there, people: '1' }, AT).place).toEqual({ id: null, name: '长寿路街道 药店门口', level: null })
    expect(reportOf(there, AT).position?.accuracy_m).toBe(1500)
  })

  it('keeps a position picked on the map whatever words follow', () => {
    const there = typePlace(pickSpot({ ...blank, placeText: '桥' }, { lon: 121.4, lat: 31.2, accuracy_m: 30, crs: 'wgs84' }), '桥下 东侧')
    expect(reportOf(there, AT)).toMatchObject({ place: { id: null, name: '桥下 东侧' }, position: { lon: 121.4, lat: 31.2, accuracy_m: 30 } })
  })

  it('says what is lacking in the order of the rows', () => {
    expect(lacking(blank)).toEqual(['source', 'place', 'people'])
    expect(lacking(press({ ...blank, placeText: '桥下' }, 'source', '2'))).toEqual(['people'])
  })

  it('becomes a report', () => {
    let call = choose({ ...blank, ticket: ' 20260113-00417 ', replyBy: Date.parse('2026-01-18T01:25:00+08:00'), note: '灰色外套' }, 'source', '12345')
    call = chooseSpot(call, BRIDGE)
    for (const [row, digit] of [['people', '1'], ['age', '4'], ['worse', '1']] as const) call = press(call, row, digit)
    expect(reportOf(call, AT)).toEqual({
      source: 'hotline', source_ref: '20260113-00417', reply_by: '2026-01-17T17:25:00.000Z', seen_at: '2026-01-12T17:26:00.000Z',
      signs: ['wet_clothing'], n_people: 1, more_people: false,
      place: { id: 'p-1', name: '昌化路桥 北岸', level: 'promenade' },
      position: { lon: 121.437, lat: 31.247, accuracy_m: null, crs: 'wgs84' },
      description: { age_band: '60_79' }, note: '灰色外套', emergency_calls: [],
    })
  })

  it('says four or more, and bedding without anybody', () => {
    expect(reportOf(press(blank, 'people', '4'), AT)).toMatchObject({ n_people: 4, more_people: true })
    expect(reportOf(press(blank, 'people', '0'), AT)).toMatchObject({ n_people: 0, signs: ['bedding_only'] })
  })

  it('has no position where only words are known, and says when it was made offline', () => {
    const call = { ...press(blank, 'people', '1'), placeText: '某处' }
    expect(reportOf(call, AT, { offline: true })).toMatchObject({ position: null, offline: true, recorded_at: '2026-01-12T17:26:00.000Z' })
  })

  it.each([
    ['/place/name', 'place'], ['/position/lat', 'place'], ['/n_people', 'people'], ['/source_ref', 'ticket'], ['/signs/0', 'worse'],
    ['/signs/9', 'critical'], ['/note', 'note'], ['/description/age_band', 'age'], ['/district', null], [undefined, null],
  ])('a refusal at %s stands under %s', (pointer, row) => {
    expect(rowOfPointer(pointer, reportOf(press(blank, 'worse', '1'), AT))).toBe(row)
  })
})

describe('the time of a reply', () => {
  const time = (text: string) => {
    const at = replyTime(text, AT, '+08:00', { day: ['天', 'd'], hour: ['时', 'h'] })
    return at ? new Date(at).toISOString() : at
  }
  it.each([
    ['', null], ['5天', '2026-01-17T17:26:00.000Z'], ['5 d', '2026-01-17T17:26:00.000Z'], ['24h', '2026-01-13T17:26:00.000Z'],
    ['01-18 01:25', '2026-01-17T17:25:00.000Z'], ['2026-02-01 08:00', '2026-02-01T00:00:00.000Z'], ['08:30', '2026-01-13T00:30:00.000Z'],
    ['01:00', '2026-01-13T17:00:00.000Z'], ['01-02', '2027-01-02T15:59:00.000Z'], ['02-30', undefined], ['明天', undefined], ['25:00', undefined],
    ['0天', undefined],
  ])('%s', (text, at) => {
    expect(time(text)).toBe(at)
  })
})
