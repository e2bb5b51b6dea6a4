// Departments of a case: one row each, own escalations and those of areas together.
import type { EscalationView } from '@kit/wire/wire'
import { expect, test } from 'vitest'
import { departmentRows, nAcknowledged } from './department_rows'

const escalation = (department: string, rest: Partial<EscalationView> = {}) =>
  ({ id: `${department}/${Math.random()}`, department, case_id: 'c', cases: [], jurisdictions: [], reports: [], opened_at: '1', acknowledged_at: null, missed_at: null, ended: null, late: false, for_information: false, ...rest }) as unknown as EscalationView

test('rows stand in a fixed order with the street first', () => {
  const rows = departmentRows(['health', 'police', 'street_310107005', 'rescue_station', 'civil_affairs', 'city_management'].map((d) => escalation(d)))
  expect(rows.map((row) => row.department)).toEqual(['street_310107005', 'rescue_station', 'police', 'city_management', 'health', 'civil_affairs'])
})

test('an answer for the area counts for the case too', () => {
  const rows = departmentRows([escalation('police', { missed_at: '2' }), escalation('police', { case_id: null, cases: ['c'], acknowledged_at: '3' })])
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ state: 'acknowledged', forArea: true })
  expect(nAcknowledged(rows)).toEqual({ answered: 1, asked: 1 })
})

test('what joined the area is no row of its own, and who is only informed is not asked', () => {
  const rows = departmentRows([escalation('police', { ended: 'joined_area' }), escalation('emergency', { for_information: true }), escalation('health')])
  expect(rows.map((row) => [row.department, row.state])).toEqual([['health', 'running'], ['emergency', 'informed']])
  expect(nAcknowledged(rows)).toEqual({ answered: 0, asked: 1 })
})

test('missed, declined, transferred and answered after the end are told apart', () => {
  const rows = departmentRows([
    escalation('police', { missed_at: '2' }), escalation('health', { declined: 'no_staff' }), escalation('civil_affairs', { transferred_to: 'health' }),
    escalation('city_management', { acknowledged_at: '9', late: true, ended: 'ended_unanswered' }),
  ])
  expect(rows.map((row) => row.state)).toEqual(['missed', 'acknowledged_late', 'declined', 'transferred'])
})
