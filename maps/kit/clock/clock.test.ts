// Times as the screens write them, and the server's clock on a page.
import { describe, expect, test } from 'vitest'
import { ageLength, clockLength, clockWithDay, distance, rowLength, temperature, wallClock } from './durations'
import { ServerClock } from './server_clock'

const words = { hour: '时', minute: '分', day: '天', second: '秒' }
const min = 60_000

describe('lengths', () => {
  test.each([[0, '00:00'], [59_999, '00:59'], [65_000, '01:05'], [60 * min, '1:00:00'], [-90_000, '01:30']])('%i ms counts as %s', (ms, text) => {
    expect(clockLength(ms)).toBe(text)
  })
  test.each([[59 * min, '59:00'], [63 * min, '1 时 03 分'], [47 * 60 * min, '47 时 00 分'], [49 * 60 * min, '2 天 1 时']])('%i ms in a row is %s', (ms, text) => {
    expect(rowLength(ms, words)).toBe(text)
  })
  test.each([[-5, '0 秒'], [59_000, '59 秒'], [5 * min, '5 分'], [125 * min, '2 时'], [50 * 60 * min, '2 天']])('%i ms old is %s', (ms, text) => {
    expect(ageLength(ms, words)).toBe(text)
  })
})

test('a stamp of today has its clock time, an older one its day too, by the district and not the computer', () => {
  const now = Date.parse('2026-01-13T00:30:00+08:00')
  expect(clockWithDay('2026-01-13T00:10:00+08:00', now)).toBe('00:10')
  expect(clockWithDay('2026-01-12T23:50:00+08:00', now)).toBe('01-12 23:50')
  expect(wallClock(now, '+08:00')).toBe('00:30:00')
  expect(wallClock(now, '-03:30', false)).toBe('13:00')
})

test('distances and temperatures have their units and a true minus', () => {
  expect([distance(80.4), distance(1_234), temperature(-2), temperature(3)]).toEqual(['80 m', '1.2 km', '−2 ℃', '3 ℃'])
})

describe("the server's clock", () => {
  test('counts from the last word of the server, whatever the computer says', () => {
    let local = 5_000
    const clock = new ServerClock(() => local)
    clock.heard('2026-01-12T14:14:00Z', null)
    local += 1_500
    expect(clock.now()).toBe(Date.parse('2026-01-12T14:14:01.500Z'))
  })
  test('runs as fast as the server says in a demonstration', () => {
    let local = 0
    const clock = new ServerClock(() => local)
    clock.heard('2026-01-12T14:14:00Z', 60)
    local += 1_000
    expect(clock.now()).toBe(Date.parse('2026-01-12T14:15:00Z'))
    expect(clock.speed).toBe(60)
  })
})
