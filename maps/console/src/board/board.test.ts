// Rows, columns and order of the board, and whom to call first.
import type { CaseRow, EscalationView } from '@kit/wire/wire'
import { describe, expect, it } from 'vitest'
import { answersOf, boardOf, callsOf, columnOf, isOpen, standingOf } from './board'

const NOW = Date.parse('2026-01-13T01:26:40+08:00')
const escalation = (id: string, department: string, more: Partial<EscalationView> = {}): EscalationView =>
  ({
    id, department, tier: 1, case_id: 'c1', cases: [], jurisdictions: [], opened_at: '2026-01-13T01:21:00+08:00',
    acknowledge_by: '2026-01-13T01:30:00+08:00', missed_at: null, acknowledged_at: null, acknowledged_by: null, late: false, eta: null,
    completed_at: null, for_information: false, ended: null, reasons: [], ask_again_at: null, asked_again: false, part: null,
    transferred_to: null, declined: null, reports: [], drill: false, seq: 1, ...more,
  }) as EscalationView
const row = (id: string, tier: 1 | 2 | 3, priority = 'P1', more: Partial<CaseRow> = {}): CaseRow =>
  ({
    id, state: 'open', opened_at: '2026-01-13T01:21:00+08:00', tier: { value: tier }, priority: { value: priority },
    warning_level: { value: 'orange' }, jurisdiction: { code: '310107015', name: '长寿路街道', guessed: false }, ...more,
  }) as unknown as CaseRow
const board = (cases: CaseRow[], escalations: EscalationView[]) =>
  boardOf({ cases: new Map(cases.map((one) => [one.id, one])), escalations: new Map(escalations.map((one) => [one.id, one])) }, NOW)

describe('the board', () => {
  it('gives a case one row with a cell for each department that was asked', () => {
    const made = board([row('c1', 1, 'P0')], [escalation('e1', 'police'), escalation('e2', 'street_310107015')])
    expect(made.groups.map((group) => group.tier)).toEqual([1])
    expect([...(made.groups[0]?.rows[0]?.cells.keys() ?? [])]).toEqual(['police', 'street'])
  })

  it('leaves out what joined an area, what a fall of colour ended, and what was only told', () => {
    const made = board(
      [row('c1', 1), row('c2', 1), row('c3', 1)],
      [
        escalation('e1', 'police', { ended: 'joined_area' }), escalation('e2', 'police', { case_id: 'c2', ended: 'colour_fell' }),
        escalation('e3', 'police', { case_id: 'c3', for_information: true }),
      ],
    )
    expect(made.groups).toEqual([])
    expect(made.asked).toBe(0)
  })

  it('keeps a followed-up case only while somebody must still answer', () => {
    const answered = escalation('e1', 'police', { acknowledged_at: '2026-01-13T01:22:00+08:00' })
    expect(board([row('c1', 1, 'P1', { state: 'follow_up' })], [answered]).groups).toEqual([])
    expect(board([row('c1', 1, 'P1', { state: 'follow_up' })], [answered, escalation('e2', 'health')]).groups).toHaveLength(1)
  })

  it('makes one row of a change of colour, also after it was widened, and two of streets that have nothing in common', () => {
    const area = (id: string, department: string, jurisdictions: string[], tier: 1 | 2 | 3 = 3) =>
      escalation(id, department, { case_id: null, jurisdictions, tier, cases: [`of-${id}`] })
    const made = board([], [
      area('e1', 'street_310107015', ['310107015']), area('e2', 'street_310107016', ['310107016']),
      area('e3', 'rescue_station', ['310107015', '310107016']), area('e4', 'rescue_station', ['310107020']),
      area('e5', 'police', ['310107015'], 2),
    ])
    expect(made.groups.map((group) => [group.tier, group.rows.map((one) => one.jurisdictions.length)])).toEqual([[2, [1]], [3, [2, 1]]])
    const wide = made.groups[1]?.rows.find((one) => one.jurisdictions.length === 2)
    expect(wide?.nCases).toBe(3)
    expect(wide?.cells.get('street')).toHaveLength(2)
  })

  it('puts P0 first, then the longest missed, then the least time left, then what is answered', () => {
    const made = board(
      [row('answered', 1), row('soon', 1), row('later', 1), row('missed', 1), row('missed-longer', 1), row('p0', 1, 'P0')],
      [
        escalation('e1', 'police', { case_id: 'answered', acknowledged_at: '2026-01-13T01:22:00+08:00' }),
        escalation('e2', 'police', { case_id: 'later', acknowledge_by: '2026-01-13T01:40:00+08:00' }),
        escalation('e3', 'police', { case_id: 'soon', acknowledge_by: '2026-01-13T01:27:00+08:00' }),
        escalation('e4', 'police', { case_id: 'missed', missed_at: '2026-01-13T01:25:00+08:00' }),
        escalation('e5', 'police', { case_id: 'missed-longer', missed_at: '2026-01-13T01:20:00+08:00' }),
        escalation('e6', 'police', { case_id: 'p0', acknowledge_by: '2026-01-13T01:50:00+08:00' }),
      ],
    )
    expect(made.groups[0]?.rows.map((one) => one.case?.id)).toEqual(['p0', 'missed-longer', 'missed', 'soon', 'later', 'answered'])
    expect(made).toMatchObject({ asked: 6, answered: 1, running: 3, missed: 2 })
    expect(callsOf(made, NOW).map((entry) => entry.escalation.id)).toEqual(['e5', 'e4', 'e3', 'e2', 'e6'])
    expect(answersOf(made, 5).map((entry) => entry.escalation.id)).toEqual(['e1'])
  })

  it('stands a case under the tier that it has reached', () => {
    const made = board([row('c1', 1)], [escalation('e1', 'street_310107015', { tier: 3 }), escalation('e2', 'health', { tier: 1 })])
    expect(made.groups.map((group) => [group.tier, group.rows.length])).toEqual([[1, 1]])
    expect(made.groups[0]?.counts.get('street')).toEqual({ asked: 1, answered: 0 })
  })
})

describe('where an escalation stands', () => {
  it.each([
    [{}, 'running', true],
    [{ acknowledge_by: '2026-01-13T01:26:00+08:00' }, 'missed', true],
    [{ missed_at: '2026-01-13T01:22:00+08:00', acknowledge_by: '2026-01-13T02:00:00+08:00' }, 'missed', true],
    [{ acknowledged_at: '2026-01-13T01:22:00+08:00' }, 'answered', false],
    [{ acknowledged_at: '2026-01-13T01:22:00+08:00', late: true, ended: 'ended_unanswered' }, 'late', false],
    [{ acknowledged_at: '2026-01-13T01:22:00+08:00', part: '只出一车' }, 'part', false],
    [{ declined: 'no_hands' }, 'declined', false],
    [{ transferred_to: 'health' }, 'transferred', false],
    [{ ended: 'ended_unanswered' }, 'ended', false],
    [{ for_information: true }, 'informed', false],
  ])('%o is %s', (more, standing, open) => {
    const one = escalation('e', 'police', more as Partial<EscalationView>)
    expect(standingOf(one, NOW)).toBe(standing)
    expect(isOpen(one, NOW)).toBe(open)
  })

  it('puts every street office into one column and knows no other departments', () => {
    expect(columnOf('street_310107015')).toBe('street')
    expect(columnOf('police')).toBe('police')
    expect(columnOf('somebody')).toBeNull()
  })
})
