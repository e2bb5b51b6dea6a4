// How much of a deadline is left, and when it turns.
import { describe, expect, it } from 'vitest'
import { countdownOf, shareLeft } from './countdown'
import { AT, deadline, sampleCase } from './sample_case.test-cases'

const at = (clock: string) => Date.parse(AT(clock))

describe('countdown', () => {
  it('shows the next deadline and the share of its length that is left', () => {
    const row = sampleCase('a', { deadlines: [deadline('acknowledge', '22:10'), deadline('on_site', '22:45')] })
    expect(countdownOf(row, at('22:04'), false)).toMatchObject({ kind: 'running', deadline: 'acknowledge', ms: 6 * 60_000, share: 0.6, urgent: false })
  })
  it('turns at a quarter', () => {
    const row = sampleCase('a', { deadlines: [deadline('acknowledge', '22:20')] })
    expect(countdownOf(row, at('22:14'), false).urgent).toBe(false)
    expect(countdownOf(row, at('22:15'), false).urgent).toBe(true)
  })
  it('counts what was missed from when it was due', () => {
    const row = sampleCase('a', { deadlines: [deadline('on_site', '22:30', { missed_at: AT('22:30') })] })
    expect(countdownOf(row, at('22:34'), false)).toMatchObject({ kind: 'missed', ms: 4 * 60_000 })
    expect(countdownOf(row, at('22:34'), true).kind).toBe('missed')
  })
  it('does not claim a miss that it cannot know', () => {
    const row = sampleCase('a', { deadlines: [deadline('on_site', '22:30')] })
    expect(countdownOf(row, at('22:34'), true).kind).toBe('maybe')
    expect(countdownOf(row, at('22:34'), false).kind).toBe('missed')
  })
  it('measures a revisit from the beginning of the follow-up', () => {
    const row = sampleCase('a', {
      state: 'follow_up', deadlines: [deadline('revisit', '23:30')],
      follow_up: { since: AT('22:30'), due: [AT('23:30')], n_done: 0, look: false, reasons: [] },
    })
    expect(countdownOf(row, at('23:00'), false)).toMatchObject({ deadline: 'revisit', share: 0.5 })
  })
  it('has nothing to count on a closed case', () => {
    expect(countdownOf(sampleCase('a', { state: 'closed' }), at('23:00'), false).kind).toBe('none')
  })
  it('never leaves nought to one', () => {
    expect(shareLeft(0, 10, -5)).toBe(1)
    expect(shareLeft(0, 10, 20)).toBe(0)
    expect(shareLeft(10, 10, 5)).toBe(0)
  })
})
