// The map without a screen: where things lie, which shape they have, what becomes one pill, and what a change costs.
import { describe, expect, it } from 'vitest'
import { NOTHING } from '../fold/picture'
import { zh } from '../words/zh'
import { CasePoints, type CasePoint, SHAPES } from './case_points'
import { group, type Grouping } from './clusters'
import { changeBetween, type Drawn } from './differences'
import { inventedOutlines } from './fixtures/invented_outlines'
import { caseRow, manyCases, position, unit } from './fixtures/rows'
import { around, boundsOf, fit, metresPerPixel, panned, scaleOf, toPixel, toWorld, worldPx, worldX, worldY, zoomedAt } from './mercator'
import { extentOf, inside, streetsOf } from './outlines'
import { pillKey, pillOf, shortCount } from './pills'
import { saturated } from './shapes'
import { labelsFor, roomFor, textsOf } from './street_labels'
import { labelSize } from './text_widths'
import { tipFor } from './tooltips'
import { freshnessOf, unitLabel, unitMarks } from './unit_marks'

const STREETS = [
  ['310107005', '曹杨新村街道', 121.403, 31.241], ['310107015', '长寿路街道', 121.429, 31.243], ['310107016', '甘泉路街道', 121.427, 31.267],
  ['310107017', '石泉路街道', 121.415, 31.254], ['310107102', '长征镇', 121.372, 31.238], ['310107103', '桃浦镇', 121.362, 31.283],
].map(([code, name, lon, lat]) => ({ code: String(code), name: String(name), centre: { lon: Number(lon), lat: Number(lat), crs: 'wgs84' }, neighbours: [] }))
const size = { width: 840, height: 900 }
const view = { lon: 121.4, lat: 31.25, zoom: 12 }
const all = boundsOf({ ...view, zoom: 8 }, size)
const how = (over: Partial<Grouping> = {}): Grouping => ({
  zoom: 12, bounds: all, apart_px: 17, crowded_px: { width: 168, height: 40 }, nCrowded: 400, alone: null, scale: 1, missedWord: '超时', ...over,
})
const gather = (points: CasePoints, rows: Map<string, ReturnType<typeof caseRow>>, portion?: number) => {
  const run = points.gather(rows, portion)
  let turns = 1
  let turn = run.next()
  while (!turn.done) {
    turns += 1
    turn = run.next()
  }
  return { found: turn.value as CasePoint[], turns }
}

describe('where things lie', () => {
  it('goes from degrees to pixels and back', () => {
    const world = { x: worldX(121.43), y: worldY(31.26) }
    const back = toWorld(toPixel(world, view, size), view, size)
    expect(back.x).toBeCloseTo(world.x, 12)
    expect(back.y).toBeCloseTo(world.y, 12)
    expect(toPixel({ x: worldX(view.lon), y: worldY(view.lat) }, view, size)).toEqual({ x: 420, y: 450 })
  })
  it('shows the whole district inside the padding', () => {
    const streets = streetsOf(inventedOutlines(STREETS), STREETS)
    const extent = extentOf(streets)
    if (!extent) throw new Error('no extent')
    const padding = { top: 60, right: 20, bottom: 40, left: 30 }
    const fitted = fit(extent, size, padding)
    const a = toPixel({ x: extent.left, y: extent.top }, fitted, size)
    const b = toPixel({ x: extent.right, y: extent.bottom }, fitted, size)
    expect(a.x).toBeGreaterThanOrEqual(29.9)
    expect(a.y).toBeGreaterThanOrEqual(59.9)
    expect(b.x).toBeLessThanOrEqual(820.1)
    expect(b.y).toBeLessThanOrEqual(860.1)
  })
  it('keeps what is under the pointer when it zooms, and comes back when it is dragged back', () => {
    const under = toWorld({ x: 100, y: 700 }, view, size)
    const pixel = toPixel(under, zoomedAt(view, 1.5, { x: 100, y: 700 }, size), size)
    expect(pixel.x).toBeCloseTo(100, 6)
    expect(pixel.y).toBeCloseTo(700, 6)
    const back = panned(panned(view, 40, -30), -40, 30)
    expect(back.lon).toBeCloseTo(view.lon, 10)
    expect(back.lat).toBeCloseTo(view.lat, 10)
  })
  it('has a scale of a round length', () => {
    expect(scaleOf(view, 90).metres).toBe(1000)
    expect(scaleOf(view, 90).px * metresPerPixel(view)).toBeCloseTo(1000, 6)
  })
  it('knows streets by their centres where no border is known', () => {
    const streets = streetsOf(null, STREETS)
    expect(streets.map(({ code }) => code)).toEqual([...STREETS.map(({ code }) => code)].sort())
    expect(extentOf(streets)).not.toBeNull()
    expect(around([])).toBeNull()
  })
})

describe('the name of a street', () => {
  const streets = streetsOf(inventedOutlines(STREETS), STREETS)
  const levels = new Map(STREETS.map(({ code }) => [code, '黄']))
  it('gives way before the word of the colour', () => {
    expect(textsOf('长寿路街道', '橙')).toEqual([{ name: '长寿路街道', word: '橙' }, { name: '长寿路', word: '橙' }, { name: '', word: '橙' }])
    expect(textsOf('长征镇', '黄').map(({ name }) => name)).toEqual(['长征镇', ''])
  })
  it.each([10.5, 11, 12, 13, 14])('never crosses a border at zoom %d', (zoom) => {
    const px = worldPx(zoom)
    for (const label of labelsFor(streets, { px, words: levels, measure: (text) => labelSize(text) })) {
      const { width, height } = labelSize(label)
      const rings = streets.find(({ code }) => code === label.code)?.rings ?? []
      for (const dx of [-0.49, 0, 0.49]) {
        for (const dy of [-0.49, 0, 0.49]) {
          expect(inside(rings, { x: label.at.x + (dx * width) / px, y: label.at.y + (dy * height) / px })).toBe(true)
        }
      }
    }
  })
  it('is shortened as the map grows smaller, and the word stays longest', () => {
    const names = (zoom: number) => labelsFor(streets, { px: worldPx(zoom), words: levels, measure: (text) => labelSize(text) }).map(({ name }) => name.length)
    expect(Math.max(...names(13))).toBe(6)
    expect(names(10.2).every((n) => n <= 3)).toBe(true)
  })
  it('finds no room where there is none', () => {
    expect(roomFor([[{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }]], 2, 0.1)).toBeNull()
  })
})

describe('cases on the map', () => {
  it('are a square in mortal danger, else the shape of their level', () => {
    const points = new CasePoints()
    expect(points.of(caseRow('a', { priority: 'P0', level: 'blue' }))?.shape).toBe('p0')
    expect(points.of(caseRow('b', { level: 'orange' }))?.shape).toBe('orange')
    expect(points.of(caseRow('c', { missedBy: '2026-01-13T01:05:00+08:00' }))?.missed).toBe(true)
  })
  it('are not there when closed or without a position', () => {
    const points = new CasePoints()
    expect(points.of(caseRow('a', { state: 'closed' }))).toBeNull()
    expect(points.of(caseRow('b', { nowhere: true }))).toBeNull()
  })
  it('stand alone while they have room', () => {
    const points = new CasePoints()
    const marks = group([points.of(caseRow('a')), points.of(caseRow('b', { lon: 121.45 }))].filter((p) => p !== null), how())
    expect(marks.map(({ n, only }) => [n, only !== null])).toEqual([[1, true], [1, true]])
  })
  it('become a pill that names every level, the gravest first', () => {
    const points = new CasePoints()
    const rows = [caseRow('a', { level: 'blue' }), caseRow('b', { level: 'orange' }), caseRow('c', { priority: 'P0' }), caseRow('d', { level: 'blue', missedBy: '2026-01-13T01:05:00+08:00' })]
    const [mark, ...rest] = group(rows.flatMap((row) => points.of(row) ?? []), how())
    if (!mark) throw new Error('no mark')
    expect(rest).toEqual([])
    expect(mark.counts).toEqual({ p0: 1, orange: 1, yellow: 0, blue: 2, none: 0 })
    expect(pillKey(mark)).toBe('p01/orange1/blue2/1')
    const pill = pillOf(mark, '超时')
    expect(pill.shapes.map(({ shape }) => shape)).toEqual(['p0', 'orange', 'blue'])
    expect(pill.chip?.text).toBe('超时 1')
    expect(mark.ids[0]).toBe('c')
  })
  it('keep the selected one out of every pill', () => {
    const points = new CasePoints()
    const marks = group([caseRow('a'), caseRow('b'), caseRow('c')].flatMap((row) => points.of(row) ?? []), how({ alone: 'b' }))
    expect(marks.map(({ id, n }) => [id, n])).toEqual([['a+', 2], ['b', 1]])
  })
  it('never lie over each other as pills', () => {
    const { found } = gather(new CasePoints(), manyCases(300))
    const marks = group(found, how())
    const px = worldPx(12)
    const pills = marks.filter(({ only }) => !only)
    for (const a of pills) {
      for (const b of pills) {
        if (a === b) continue
        const [wa, wb] = [pillOf(a, '超时').width, pillOf(b, '超时').width]
        expect(Math.abs(a.x - b.x) * px > (wa + wb) / 2 - 6 || Math.abs(a.y - b.y) * px > 18).toBe(true)
      }
    }
  })
  it.each([1, 300, 5_000, 50_000])('lose no case and hide no level among %d', (n) => {
    const { found } = gather(new CasePoints(), manyCases(n))
    const marks = group(found, how({ zoom: 11.9 }))
    expect(marks.reduce((sum, mark) => sum + mark.n, 0)).toBe(n)
    for (const shape of SHAPES) {
      expect(marks.reduce((sum, mark) => sum + mark.counts[shape], 0)).toBe(found.filter((point) => point.shape === shape).length)
    }
    expect(marks.length).toBeLessThanOrEqual(400)
  })
  it('writes large counts short', () => {
    expect([7, 999, 1234, 12_345].map(shortCount)).toEqual(['7', '999', '1.2k', '12k'])
  })
})

describe('what a change costs', () => {
  it('judges 50,000 rows once, in turns, and then only those that changed', () => {
    const rows = manyCases(50_000)
    const points = new CasePoints()
    expect(gather(points, rows, 2_000).turns).toBe(26)
    expect(points.nJudged).toBe(50_000)
    const next = new Map(rows)
    for (let k = 0; k < 20; k += 1) {
      const id = `case-${String(k).padStart(6, '0')}`
      next.set(id, caseRow(id, { level: 'orange' }))
    }
    expect(gather(points, next, 2_000).turns).toBe(3)
    expect(points.nJudged).toBe(50_020)
  })
  const drawn = (n: number, lon = 121, look = 'x') => new Map(Array.from({ length: n }, (_, k): [string, Drawn] => [`u${k}`, { id: `u${k}`, lon, lat: 31, look: { label: look } }]))
  it('is nothing where nothing changed', () => {
    expect(changeBetween(drawn(2_000), drawn(2_000))).toEqual({ kind: 'nothing' })
  })
  it('is single changes while they are few', () => {
    const next = drawn(2_000)
    next.set('u7', { id: 'u7', lon: 121.5, lat: 31, look: { label: 'x' } })
    next.set('u8', { id: 'u8', lon: 121, lat: 31, look: { label: 'y' } })
    next.delete('u9')
    next.set('new', { id: 'new', lon: 121, lat: 31, look: { label: 'x' } })
    const change = changeBetween(drawn(2_000), next)
    if (change.kind !== 'some') throw new Error(change.kind)
    expect([change.move.map(({ id }) => id), change.restyle.map(({ id }) => id), change.remove, change.add.map(({ id }) => id)]).toEqual([['u7'], ['u8'], ['u9'], ['new']])
  })
  it('is one whole above a thousand or a tenth, and at first', () => {
    expect(changeBetween(new Map(), drawn(3)).kind).toBe('whole')
    expect(changeBetween(drawn(2_000), drawn(2_000, 121.1)).kind).toBe('whole')
    expect(changeBetween(drawn(20), drawn(20, 121.1)).kind).toBe('some')
  })
})

describe('units', () => {
  const now = Date.parse('2026-01-13T01:30:00+08:00')
  it.each([
    ['2026-01-13T01:29:00+08:00', null, 'fresh'], ['2026-01-13T01:24:00+08:00', null, 'old'], ['2026-01-13T01:24:00+08:00', '2026-01-13T01:29:00+08:00', 'old'],
    ['2026-01-13T01:19:00+08:00', null, 'silent'], ['2026-01-13T01:19:00+08:00', '2026-01-13T01:29:30+08:00', 'old'],
  ])('with a fix of %s and last heard %s are %s', (at, heard, expected) => {
    expect(freshnessOf(position('u', at, heard), now)).toBe(expected)
  })
  it('are all silent while the picture is stale, and gone when off duty', () => {
    const units = new Map([['a', unit('a', '巡查12组')], ['b', { ...unit('b', '巡查2组'), shift: null }]])
    const positions = new Map(['a', 'b'].map((id) => [id, position(id, '2026-01-13T01:29:00+08:00')]))
    expect(unitMarks(units, positions, now, true).map(({ id, label, freshness }) => [id, label, freshness])).toEqual([['a', '12', 'silent']])
  })
  it('show their number, else their first character', () => {
    expect(['巡查3组', 'Patrol 14', '城管队', ' '].map(unitLabel)).toEqual(['3', '14', '城', '?'])
  })
  it('say three ages', () => {
    const units = new Map([['a', unit('a', '巡查2组')]])
    const positions = new Map([['a', position('a', '2026-01-13T01:24:00+08:00', '2026-01-13T01:29:50+08:00')]])
    const picture = { ...NOTHING, units, positions }
    const [mark] = unitMarks(units, positions, now, false)
    if (!mark) throw new Error('no mark')
    expect(tipFor({ kind: 'unit', unit: mark }, { picture, places: [], words: zh, now })).toEqual({
      title: '巡查2组', lines: ['位置 6 分前 ±8 m', '最后联络 10 秒前', '状态 在岗 · 5 时前'],
    })
  })
})

it('a stale mark keeps two fifths of its colour', () => {
  expect(saturated('#ff0000', 0)).toBe('#363636')
  expect(saturated('#5aa6ff', 1)).toBe('#5aa6ff')
  expect(saturated('transparent', 0.4)).toBe('transparent')
})
