// Two cases side by side: what differs is marked, what agrees is ticked, and the server's score is found.
import { zh } from '@kit/words/zh'
import type { TaskView } from '@kit/wire/wire'
import { expect, test } from 'vitest'
import { type Side, compareBands, mergeLines, suggestionBetween } from './merge_differences'

type Person = { sex?: string; age_band?: string }
const side = (id: string, people: Person[], rest: { signs?: string[]; priority?: string; seen?: string; lat?: number; tasks?: string[]; may?: object[]; by?: string } = {}): Side =>
  ({
    row: {
      id, opened_at: `2026-01-13T01:00:00+08:00`, members: [], state: 'open', taken: null, place: null, jurisdiction: { name: '长寿路街道' },
      position: { lon: 121.43, lat: rest.lat ?? 31.24, accuracy_m: 12, crs: 'wgs84' }, priority: { value: rest.priority ?? 'P2' },
      subjects: people.map((person, i) => ({ n: i + 1, ...person })), deadlines: [{ kind: 'on_site', by: rest.by ?? '2026-01-13T01:28:00+08:00', steps: [] }],
    },
    whole: { sightings: [{ seen_at: rest.seen ?? '2026-01-13T00:58:00+08:00', source: 'patrol', signs: rest.signs ?? ['bedded_down'], may_duplicate: rest.may ?? [], source_ref: null, reply_by: null }] },
    tasks: (rest.tasks ?? []).map((state) => ({ id: state, state, unit: 'u-3' }) as TaskView),
  }) as unknown as Side
const line = (a: Side, b: Side, name: string) => mergeLines(a, b, new Map(), zh).find((found) => found.line === name)

test('people, signs and priority that differ are marked; equal ones are ticked', () => {
  const a = side('a', [{ sex: 'male' }, {}], { signs: ['bedded_down', 'wet_clothing'], priority: 'P1' })
  const b = side('b', [{ sex: 'male' }])
  expect(line(a, b, 'people')).toMatchObject({ verdict: '相差 1 人', differs: true, agrees: false })
  expect(line(a, b, 'signs')).toMatchObject({ verdict: '不同', differs: true })
  expect(line(a, b, 'priority')).toMatchObject({ verdict: '取高', differs: true })
  expect(line(b, side('c', [{ sex: 'male' }]), 'signs')).toMatchObject({ verdict: '一致', agrees: true, differs: false })
})

test('times and metres apart are written, and the distance that the server judged counts', () => {
  const a = side('a', [{}])
  const b = side('b', [{}], { seen: '2026-01-13T01:15:00+08:00', lat: 31.2403 })
  expect(line(a, b, 'first_seen')?.verdict).toBe('相隔 17 分')
  expect(line(a, b, 'position')).toMatchObject({ verdict: '相距 33 m', agrees: false })
  const told = side('b', [{}], { may: [{ case_id: 'a', score: 0.86, distance_m: 34 }] })
  expect(suggestionBetween(a, told)?.score).toBe(0.86)
  expect(line(a, told, 'position')).toMatchObject({ verdict: '相距 34 m', agrees: true })
})

test('unknown contradicts nothing; a known difference does', () => {
  const people = (...all: Person[]) => ({ subjects: all }) as unknown as Parameters<typeof compareBands>[0]
  expect(compareBands(people({ sex: 'male' }), people({ sex: 'male' }))).toBe('same')
  expect(compareBands(people({ sex: 'male' }, { sex: 'female' }), people({}))).toBe('compatible')
  expect(compareBands(people({ sex: 'male' }), people({ sex: 'female' }))).toBe('contradicts')
})

test('of two visits of which one is only offered one stays; what is under way stays', () => {
  expect(line(side('a', [], { tasks: ['departed'] }), side('b', [], { tasks: ['offered'] }), 'tasks')).toMatchObject({ verdict: '只留一个', differs: true })
  expect(line(side('a', [], { tasks: ['departed'] }), side('b', [], { tasks: ['arrived'] }), 'tasks')).toMatchObject({ verdict: '都保留', differs: false })
  expect(line(side('a', []), side('b', [], { by: '2026-01-13T01:45:00+08:00' }), 'on_site')?.verdict).toBe('取早')
})
