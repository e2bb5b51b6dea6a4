// What only the person at the desk can do, and its order.
import type { AreaWarningView, UnitView } from '@kit/wire/wire'
import { describe, expect, it } from 'vitest'
import { CaseBook } from './case_book'
import { AT, deadline, sampleCase } from './sample_case.test-cases'
import { type Gathered, gatherYours } from './yours'

const fired = (clock: string) => ({ at: AT(clock), fired_at: AT(clock) })
const unanswered = (id: string, p: 'P1' | 'P2' | 'P3' = 'P1') =>
  sampleCase(id, { p, deadlines: [deadline('acknowledge', '22:10', { missed_at: AT('22:10'), steps: [fired('22:10'), fired('22:15'), fired('22:20')] })] })
const area = (jurisdiction: string, confirm_by: string | null, change_id: string): AreaWarningView =>
  ({ jurisdiction, name: jurisdiction, level: 'yellow', extreme: false, since: AT('22:00'), confirm_by: confirm_by && AT(confirm_by), confirmed_by: null, reasons: [], next: '', next_en: '', raise: null, change_id, signals: [] }) as AreaWarningView

function gather(of: Partial<Gathered> & { rows?: ReturnType<typeof sampleCase>[] }) {
  const book = new CaseBook()
  book.take({ cases: new Map((of.rows ?? []).map((row) => [row.id, row])), tasks: new Map() })
  return gatherYours({ entries: book.sorted, areas: [], units: [], calls: new Map(), nextCall: null, now: Date.parse(AT('22:30')), commands: true, ...of })
}

describe('yours to do', () => {
  it('is empty when nothing asks', () => {
    expect(gather({ rows: [sampleCase('a', { deadlines: [deadline('acknowledge', '22:50')] })] })).toEqual([])
  })
  it('stands in the order of the desk', () => {
    const waiting = sampleCase('w', { deadlines: [deadline('acknowledge', '22:20', { missed_at: AT('22:20') })] })
    const offered = sampleCase('h', { taken: { by: 'a', name: 'a', at: AT('22:01'), reason: 'a' }, hand_over: { id: 'x', case_id: 'h', to: '静安区', reason: '', by: 'a', offered_at: AT('22:02'), answer_by: AT('22:40'), answer: null, from: null } as never })
    const found = gather({ rows: [offered, waiting, unanswered('n')], areas: [area('310107005', '22:45', 'later'), area('310107015', '22:35', 'sooner'), area('310107016', '22:35', 'sooner')] })
    expect(found.map((one) => one.kind)).toEqual(['nobody', 'confirm', 'confirm', 'short', 'handover'])
    expect(found[1]).toMatchObject({ id: 'confirm:sooner', street: '310107015' })
    expect(found[1]?.kind === 'confirm' && found[1].streets.length).toBe(2)
  })
  it('tells many unanswered cases in one line after the most urgent', () => {
    const found = gather({ rows: [unanswered('c', 'P3'), unanswered('b', 'P2'), unanswered('a', 'P1'), unanswered('d', 'P3'), unanswered('e', 'P3')] })
    expect(found.filter((one) => one.kind === 'nobody').map((one) => one.id)).toEqual(['nobody:a', 'nobody:b'])
    expect(found.find((one) => one.kind === 'nobodyMore')).toMatchObject({ n: 3 })
  })
  it('asks only the command desk to confirm', () => {
    expect(gather({ areas: [area('310107005', '22:45', 'x')], commands: false })).toEqual([])
  })
  it('asks for hands for P2 and P3 only', () => {
    const late = (id: string, p: 'P1' | 'P2') => sampleCase(id, { p, deadlines: [deadline('acknowledge', '22:20', { missed_at: AT('22:20') })] })
    expect(gather({ rows: [late('a', 'P1'), late('b', 'P2')] })).toMatchObject([{ kind: 'short', n: 1 }])
  })
  it('puts the safety of a patrol before all else', () => {
    const unit = { id: 'u-1', name: '巡查1组', shift: { started_at: AT('16:00'), check_in_missed: false, panic_at: AT('22:29') } } as UnitView
    expect(gather({ rows: [unanswered('n')], units: [unit] })[0]).toMatchObject({ kind: 'safety', panic: true })
  })
  it('reminds of a ticket two hours before its reply is due', () => {
    const ticket = (reply_by: string) => ({ ...sampleCase(reply_by, { deadlines: [] , taken: { by: 'a', name: 'a', at: AT('22:01'), reason: 'a' } }), replies: [{ sighting_id: reply_by, source: 'hotline' as const, source_ref: '12345-8', reply_by: AT(reply_by), answered_at: null }] })
    expect(gather({ rows: [ticket('23:59')] }).map((one) => one.kind)).toEqual(['reply'])
    expect(gather({ rows: [ticket('23:59')], now: Date.parse(AT('20:00')) })).toEqual([])
  })
})
