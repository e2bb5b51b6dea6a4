// Why a case has its level: the chain of values that the server's reasons carry, and who decided otherwise. Pure.
import type { CaseRow, Level, Priority, ReasonView, Sign, Tier } from '@kit/wire/wire'

export interface Override {
  axis: 'priority' | 'level' | 'tier'
  direction: 'raised' | 'lowered'
  by: string
  reason: string
}

export interface WhyChain {
  /** What was seen that made the priority; empty when nobody named a sign. */
  signs: Sign[]
  /** What stepped it up: a condition, nights, refusals; the rule's own words are in the reasons. */
  steppedUp: ReasonView[]
  priority: Priority
  /** The colour of the street that the level was judged with; null when the reasons do not say. */
  area: Level | null
  level: Level
  tier: Tier
  /** Name and version of the policy, without its content hash. */
  policy: string
  /** The rule of the level, for the head. */
  rule: string | null
  overrides: Override[]
  /** Every reason, in the order of the chain. */
  reasons: ReasonView[]
}

const LEVELS: readonly string[] = ['none', 'blue', 'yellow', 'orange']

export function whyChain(row: CaseRow): WhyChain {
  const { priority, warning_level: level, tier } = row
  const matrix = level.reasons.find((reason) => reason.rule.startsWith('warning_level/')) ?? null
  const area = factOf(matrix, 'area_level') ?? factOf(tier.reasons[0] ?? null, 'area_level')
  return {
    signs: priority.reasons.flatMap(signsOf).filter((sign, i, all) => all.indexOf(sign) === i),
    steppedUp: priority.reasons.filter((reason) => reason.rule.startsWith('priority/step_up')),
    priority: priority.value,
    area: typeof area === 'string' && LEVELS.includes(area) ? (area as Level) : null,
    level: level.value,
    tier: tier.value,
    policy: policyName(matrix?.policy ?? row.policy),
    rule: matrix?.rule ?? null,
    overrides: [
      overrideOf('priority', priority.override),
      overrideOf('level', level.override),
      overrideOf('tier', tier.override),
    ].filter((override) => override !== null),
    reasons: [...priority.reasons, ...level.reasons, ...tier.reasons],
  }
}

/** `putuo-2026.1@7859a419` → `putuo-2026.1`. */
export function policyName(policy: string): string {
  return policy.split('@')[0] ?? policy
}

/** Facts of a reason as `name value` pairs for the full view. */
export function factPairs(reason: ReasonView): [string, string][] {
  return Object.entries(reason.facts as Record<string, unknown>).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value),
  ])
}

/** Sentences quote ids of their facts; people know units and departments by name. */
export function namedFacts(text: string, facts: Record<string, unknown>, names: Record<string, (id: string) => string>): string {
  let named = text
  for (const [fact, nameOf] of Object.entries(names)) {
    const id = facts[fact]
    if (typeof id === 'string' && id !== '') named = named.replace(id, nameOf(id))
  }
  return named
}

function signsOf(reason: ReasonView): Sign[] {
  const signs = factOf(reason, 'signs')
  return Array.isArray(signs) ? (signs as Sign[]) : []
}

function factOf(reason: ReasonView | null, name: string): unknown {
  return reason ? (reason.facts as Record<string, unknown>)[name] : undefined
}

function overrideOf(axis: Override['axis'], override: CaseRow['priority']['override']): Override | null {
  return override ? { axis, direction: override.direction, by: override.by, reason: override.reason } : null
}
