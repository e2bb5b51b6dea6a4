// Visits by time, people of special concern first once overdue.
import type { RevisitRow } from '@kit/wire/wire'
import { describe, expect, it } from 'vitest'
import { dueRows } from './revisit_rows'
import { AT, deadline, sampleCase } from './sample_case.test-cases'

const planned = (id: string, clock: string, more: Partial<RevisitRow> = {}): RevisitRow =>
  ({ due_at: AT(clock), kind: 'revisit', case_id: id, person_id: null, jurisdiction: '310107015', priority: 'P2', place: null, look: false, task_id: null, n_this_week: null, overdue: false, reasons: [], ...more }) as RevisitRow

describe('revisits', () => {
  it('come by time, overdue special care before all', () => {
    const rows = dueRows([planned('b', '23:30'), planned('a', '22:10', { overdue: true }), planned('c', '22:20', { kind: 'special_care', overdue: true })], new Map(), Date.parse(AT('23:00')))
    expect(rows.map((due) => due.row.case_id)).toEqual(['c', 'a', 'b'])
  })
  it('special care that is not due yet stands in its time', () => {
    const rows = dueRows([planned('b', '23:30'), planned('c', '23:40', { kind: 'special_care' })], new Map(), Date.parse(AT('23:00')))
    expect(rows.map((due) => due.row.case_id)).toEqual(['b', 'c'])
  })
  it('adds follow-up cases that are not listed, and drops closed ones', () => {
    const cases = new Map([
      ['f', sampleCase('f', { state: 'follow_up', deadlines: [deadline('revisit', '23:10')] })],
      ['x', sampleCase('x', { state: 'closed' })],
    ])
    expect(dueRows([planned('x', '23:00')], cases, Date.parse(AT('22:00'))).map((due) => due.id)).toEqual([`revisit:f:${AT('23:10')}`])
  })
})
