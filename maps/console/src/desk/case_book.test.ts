// The order of the list, kept by differences, equals the order made anew.
import { compareKeys, sortKey } from '@kit/order/case_order'
import type { CaseRow, TaskView } from '@kit/wire/wire'
import { describe, expect, it } from 'vitest'
import { CaseBook, waitsForHand } from './case_book'
import { AT, deadline, sampleCase, sampleTask } from './sample_case.test-cases'

const book = (rows: readonly CaseRow[], tasks: readonly TaskView[] = []) => {
  const made = new CaseBook()
  made.take({ cases: new Map(rows.map((row) => [row.id, row])), tasks: new Map(tasks.map((task) => [task.id, task])) })
  return made
}
const ids = (of: CaseBook) => of.sorted.map((entry) => entry.id)

describe('order', () => {
  it('puts mortal danger first, oldest first, then missed, then running', () => {
    const rows = [
      sampleCase('running', { deadlines: [deadline('on_site', '22:45')] }),
      sampleCase('missed-short', { deadlines: [deadline('on_site', '22:40', { missed_at: AT('22:40') })] }),
      sampleCase('missed-long', { deadlines: [deadline('on_site', '22:20', { missed_at: AT('22:20') })] }),
      sampleCase('p0-young', { p: 'P0', opened_at: AT('22:30') }),
      sampleCase('p0-old', { p: 'P0', opened_at: AT('22:10') }),
      sampleCase('sooner', { deadlines: [deadline('on_site', '22:44')] }),
    ]
    expect(ids(book(rows))).toEqual(['p0-old', 'p0-young', 'missed-long', 'missed-short', 'sooner', 'running'])
  })
  it('follows changes as if everything had been sorted anew', () => {
    let cases = new Map<string, CaseRow>()
    const minute = (n: number) => `${String(22 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`
    for (let i = 0; i < 60; i += 1) cases.set(`c${i}`, sampleCase(`c${i}`, { deadlines: [deadline('on_site', minute((i * 37) % 110))] }))
    const made = new CaseBook()
    made.take({ cases, tasks: new Map() })
    for (let turn = 0; turn < 40; turn += 1) {
      cases = new Map(cases)
      const id = `c${(turn * 17) % 70}`
      if (turn % 7 === 0) cases.delete(id)
      else cases.set(id, sampleCase(id, { seq: turn + 2, p: turn % 11 === 0 ? 'P0' : 'P2', deadlines: [deadline('on_site', minute((turn * 53) % 110))] }))
      made.take({ cases, tasks: new Map() })
      const anew = [...cases.values()].map(sortKey).sort(compareKeys).map((key) => key.id)
      expect(ids(made)).toEqual(anew)
    }
  })
  it('tells what moved, and nothing where only words changed', () => {
    const row = sampleCase('a')
    const made = book([row, sampleCase('b')])
    const moved = made.take({ cases: new Map([['a', { ...row, seq: 2, n_sightings: 2 }], ['b', made.get('b')?.row ?? row]]), tasks: new Map() })
    expect([...moved]).toEqual([])
    expect(made.get('a')?.row.n_sightings).toBe(2)
    expect(made.sorted.find((entry) => entry.id === 'a')?.row.n_sightings).toBe(2)
  })
  it('leaves out what is merged into another, and history', () => {
    expect(ids(book([sampleCase('a'), sampleCase('b', { merged_into: 'a' }), sampleCase('c', { history: true })]))).toEqual(['a'])
  })
  it('stays quick among fifty thousand', () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => sampleCase(`c${i}`, { deadlines: [{ ...deadline('on_site', '22:00'), by: new Date(1.768e12 + i * 7919).toISOString() }] }))
    const cases = new Map(rows.map((row) => [row.id, row]))
    const made = new CaseBook()
    made.take({ cases, tasks: new Map() })
    const next = new Map(cases).set('c7', sampleCase('c7', { seq: 2, deadlines: [deadline('on_site', '22:30')] }))
    const started = performance.now()
    made.take({ cases: next, tasks: new Map() })
    expect(performance.now() - started).toBeLessThan(200)
    expect(made.sorted.length).toBe(50_000)
  })
})

describe('waiting', () => {
  it('waits with a task without a unit, and when nothing moves an open case', () => {
    expect(waitsForHand(sampleCase('a'), [sampleTask('t', 'a')])).toBe(true)
    expect(waitsForHand(sampleCase('a'), [])).toBe(true)
  })
  it('does not wait once somebody has it', () => {
    expect(waitsForHand(sampleCase('a'), [sampleTask('t', 'a', { state: 'offered', unit: 'u-1' })])).toBe(false)
    expect(waitsForHand(sampleCase('a', { taken: { by: 'street1', name: '王', at: AT('22:05'), reason: '近' } }), [])).toBe(false)
    expect(waitsForHand(sampleCase('a', { state: 'closed' }), [sampleTask('t', 'a')])).toBe(false)
  })
  it('learns of tasks that come and go', () => {
    const row = sampleCase('a')
    const made = book([row], [sampleTask('t', 'a', { state: 'accepted', unit: 'u-1' })])
    expect(made.get('a')?.waits).toBe(false)
    made.take({ cases: new Map([['a', row]]), tasks: new Map([['t', sampleTask('t', 'a', { state: 'returned' })], ['s', sampleTask('s', 'a')]]) })
    expect(made.get('a')?.waits).toBe(true)
  })
})
