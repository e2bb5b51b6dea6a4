// Tabs, filters and saved views.
import { describe, expect, it } from 'vitest'
import { CaseBook } from './case_book'
import { NO_FILTER, lookThrough, readViews } from './list_filter'
import { AT, deadline, sampleCase, sampleTask } from './sample_case.test-cases'

const fired = (clock: string) => ({ at: AT(clock), fired_at: AT(clock) })
const rows = [
  sampleCase('p0', { p: 'P0' }),
  sampleCase('mine', { taken: { by: 'command', name: '李', at: AT('22:05'), reason: '近' } }),
  sampleCase('nobody', { deadlines: [deadline('acknowledge', '22:10', { missed_at: AT('22:10'), steps: [fired('22:10'), fired('22:15'), fired('22:20')] })] }),
  sampleCase('elsewhere', { jurisdiction: { code: '310107005', name: '曹杨新村街道', guessed: false }, tier: { value: 1, reasons: [], override: null } }),
  sampleCase('closed', { state: 'closed' }),
]
const book = new CaseBook()
book.take({ cases: new Map(rows.map((row) => [row.id, row])), tasks: new Map([['t', sampleTask('t', 'elsewhere', { state: 'departed', unit: 'u-3' })]]) })
const mine = { account: 'command', unit: null, decided: new Set(['elsewhere']) }
const look = (tab: Parameters<typeof lookThrough>[1], filter = NO_FILTER, gone = true) => lookThrough(book.sorted, tab, filter, mine, () => gone)

describe('list', () => {
  it('counts every tab in one pass', () => {
    expect(look('all').counts).toEqual({ all: 4, waiting: 2, mine: 2, unanswered: 1 })
  })
  it('keeps mortal danger apart', () => {
    expect(look('all').urgent.map((entry) => entry.id)).toEqual(['p0'])
    expect(look('mine').rest.map((entry) => entry.id).sort()).toEqual(['elsewhere', 'mine'])
    expect(look('unanswered').rest.map((entry) => entry.id)).toEqual(['nobody'])
  })
  it('keeps a closed case until its time is over', () => {
    expect(look('all', NO_FILTER, false).nAll).toBe(5)
    expect(look('all').nAll).toBe(4)
  })
  it('filters by street and tier, and says of how many', () => {
    const looked = look('all', { ...NO_FILTER, streets: ['310107005'], tiers: [1] })
    expect(looked.rest.map((entry) => entry.id)).toEqual(['elsewhere'])
    expect(looked.nAll).toBe(4)
    expect(look('all', { ...NO_FILTER, streets: ['310107005'], tiers: [3] }).counts.all).toBe(0)
  })
  it('counts those that wait without asking the filter', () => {
    expect(look('all', { ...NO_FILTER, tiers: [3] }).nWaiting).toBe(2)
  })
})

describe('saved views', () => {
  it('reads what it wrote', () => {
    const view = { name: '长寿路', tab: 'waiting' as const, filter: { ...NO_FILTER, streets: ['310107015'], tiers: [1 as const] } }
    expect(readViews(JSON.stringify([view]))).toEqual([view])
  })
  it('leaves out what it does not understand', () => {
    expect(readViews('{')).toEqual([])
    expect(readViews('[null,{"name":""},{"name":"a","tab":"other","filter":{"streets":[3],"tiers":[9]}}]')).toEqual([{ name: 'a', tab: 'all', filter: NO_FILTER }])
  })
})
