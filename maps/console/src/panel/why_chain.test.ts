// The chain of values, from reasons as the program writes them.
import type { CaseRow, ReasonView } from '@kit/wire/wire'
import { expect, test } from 'vitest'
import { factPairs, whyChain } from './why_chain'

const reason = (rule: string, facts: object): ReasonView => ({ rule, facts, policy: 'putuo-2026.1@7859a419', text: '', text_en: '', source: 'S1' }) as ReasonView
const row = {
  policy: 'putuo-2026.1@7859a419',
  priority: {
    value: 'P1',
    reasons: [reason('priority/rough_sleeping', { priority: 'P2', signs: ['bedded_down'] }), reason('priority/step_up_condition', { signs: ['bedded_down', 'wet_clothing'] })],
    override: null,
  },
  warning_level: { value: 'orange', reasons: [reason('warning_level/matrix', { area_level: 'yellow', priority: 'P1' })], override: null },
  tier: { value: '1', reasons: [reason('tier/of_level', { area_level: 'yellow' })], override: { by: 'command', direction: 'raised', reason: '多人' } },
} as unknown as CaseRow

test('the chain goes from what was seen over the colour of the street to the tier', () => {
  const chain = whyChain(row)
  expect(chain.signs).toEqual(['bedded_down', 'wet_clothing'])
  expect([chain.priority, chain.area, chain.level, chain.tier]).toEqual(['P1', 'yellow', 'orange', '1'])
  expect(chain.policy).toBe('putuo-2026.1')
  expect(chain.rule).toBe('warning_level/matrix')
  expect(chain.reasons).toHaveLength(4)
})

test('a step up and a decision of a person are shown as what they are', () => {
  const chain = whyChain(row)
  expect(chain.steppedUp.map((r) => r.rule)).toEqual(['priority/step_up_condition'])
  expect(chain.overrides).toEqual([{ axis: 'tier', direction: 'raised', by: 'command', reason: '多人' }])
})

test('no sign named and no colour said leave their places empty', () => {
  const bare = { ...row, priority: { value: 'P2', reasons: [reason('priority/no_sign_seen', {})] }, warning_level: { value: 'blue', reasons: [] }, tier: { value: '3', reasons: [] } } as unknown as CaseRow
  const chain = whyChain(bare)
  expect(chain.signs).toEqual([])
  expect(chain.area).toBeNull()
  expect(chain.rule).toBeNull()
})

test('facts are pairs of name and value', () => {
  expect(factPairs(reason('x', { signs: ['a', 'b'], n: 3, deep: { a: 1 } }))).toEqual([['signs', 'a, b'], ['n', '3'], ['deep', '{"a":1}']])
})
