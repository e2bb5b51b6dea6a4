// A caller's place is found by characters, pinyin and initials.
import { describe, expect, it } from 'vitest'
import { findPlaces, indexPlaces, type Spot } from './find_places'
import { loadReadings, UNREAD } from './readings'

const spot = (name: string, kind: Spot['kind'] = 'place'): Spot => ({
  key: `${kind}:${name}`, kind, name, placeId: null, level: null, jurisdiction: null, position: null,
})
const SPOTS = [
  spot('昌化路桥 北岸 亲水平台'),
  spot('昌化路桥 北岸 桥下'),
  spot('昌化路桥 桥面'),
  spot('长寿公园 西侧'),
  spot('真如站 出入口'),
  spot('江宁路桥 北岸 桥下'),
  spot('重庆路 12 号'),
  spot('曹杨 A2 出口'),
  spot('长寿路街道', 'street'),
]
const index = indexPlaces(SPOTS, await loadReadings())
const names = (query: string) => findPlaces(index, query, 10).map((match) => match.spot.name)

describe('the search of places', () => {
  it.each([
    ['chlq', '昌化路桥 桥面'],
    ['changhualuqiao', '昌化路桥 桥面'],
    ['chang hua', '昌化路桥 桥面'],
    ['昌化路桥', '昌化路桥 桥面'],
    ['昌hlq', '昌化路桥 桥面'],
    ['zrz', '真如站 出入口'],
    ['zhenruzhan', '真如站 出入口'],
    ['csgy', '长寿公园 西侧'],
    ['CSGY', '长寿公园 西侧'],
    ['jnlq', '江宁路桥 北岸 桥下'],
    ['a2', '曹杨 A2 出口'],
    ['zhenru zh', '真如站 出入口'],
  ])('%s finds %s first', (query, name) => {
    expect(names(query)[0]).toBe(name)
  })

  it('asks for every word of the query', () => {
    expect(names('chlq qs')).toEqual(['昌化路桥 北岸 亲水平台'])
    expect(names('chlq xyz')).toEqual([])
  })

  it('goes over the spaces of a name', () => {
    expect(names('chlqba')).toEqual(['昌化路桥 北岸 桥下', '昌化路桥 北岸 亲水平台'])
  })

  it('reads a character in every way it may be read', () => {
    expect(names('chongqing')[0]).toBe('重庆路 12 号')
    expect(names('zhongqing')[0]).toBe('重庆路 12 号')
  })

  it('says which characters were found', () => {
    const match = findPlaces(index, 'chlq', 1)[0]
    expect([...(match?.found ?? [])]).toEqual([0, 1, 2, 3])
  })

  it('puts a place before a street of the same words', () => {
    expect(names('cs')).toEqual(['长寿公园 西侧', '长寿路街道'])
  })

  it('finds nothing for nothing, and nothing for letters that no name says', () => {
    expect(names('   ')).toEqual([])
    expect(names('qqqq')).toEqual([])
  })

  it('finds by characters before the readings are there', () => {
    const unread = indexPlaces(SPOTS, UNREAD)
    expect(findPlaces(unread, '真如', 5)).toHaveLength(1)
    expect(findPlaces(unread, 'zr', 5)).toHaveLength(0)
  })

  it('searches five thousand places in the time of a key', () => {
    const many = indexPlaces(
      Array.from({ length: 5000 }, (_, n) => spot(`昌化路桥 北岸 ${n} 号 亲水平台`)),
      (text) => [...text].map((c) => ({ 昌: ['chang'], 化: ['hua'], 路: ['lu'], 桥: ['qiao'], 北: ['bei'], 岸: ['an'] })[c] ?? []),
    )
    const before = performance.now()
    expect(findPlaces(many, 'changhualuqiaobeian', 8)).toHaveLength(8)
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})
