// Rows stand still under a hand.
import { describe, expect, it } from 'vitest'
import { CaseBook } from './case_book'
import { HeldOrder } from './held_order'
import { deadline, sampleCase } from './sample_case.test-cases'

function desk(bys: Record<string, string>) {
  const book = new CaseBook()
  const rows = Object.entries(bys).map(([id, by]) => sampleCase(id, { deadlines: [deadline('on_site', by)] }))
  const moved = book.take({ cases: new Map(rows.map((row) => [row.id, row])), tasks: new Map() })
  return { book, moved }
}
const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id)

describe('held order', () => {
  it('keeps the order while held, and counts what moved', () => {
    const first = desk({ a: '22:10', b: '22:20', c: '22:30' })
    const order = new HeldOrder()
    order.next(first.book.sorted, first.moved, false)
    const then = desk({ a: '22:40', b: '22:20', c: '22:30' })
    const held = order.next(then.book.sorted, new Set(['a']), true)
    expect(ids(held)).toEqual(['a', 'b', 'c'])
    expect(order.nWaiting).toBe(1)
    expect(ids(order.release(then.book.sorted))).toEqual(['b', 'c', 'a'])
    expect(order.nWaiting).toBe(0)
  })
  it('keeps rows that are gone, and counts rows that have come', () => {
    const first = desk({ a: '22:10', b: '22:20' })
    const order = new HeldOrder()
    order.next(first.book.sorted, first.moved, false)
    const then = desk({ b: '22:20', d: '22:05' })
    expect(ids(order.next(then.book.sorted, new Set(['a', 'd']), true))).toEqual(['a', 'b'])
    expect(order.nWaiting).toBe(2)
    expect(ids(order.next(then.book.sorted, new Set(), false))).toEqual(['d', 'b'])
  })
  it('says nothing where the order came out the same', () => {
    const first = desk({ a: '22:10', b: '22:20' })
    const order = new HeldOrder()
    order.next(first.book.sorted, first.moved, false)
    const then = desk({ a: '22:12', b: '22:20' })
    order.next(then.book.sorted, new Set(['a']), true)
    expect(order.nWaiting).toBe(0)
  })
})
