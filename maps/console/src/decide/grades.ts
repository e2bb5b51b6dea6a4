// Which values a raise or a lowering may choose, and what undoes it. Pure.
import type { CaseRow, Level, Priority, Role, Tier } from '@kit/wire/wire'

export interface Grade {
  tier: Tier | null
  priority: Priority | null
  warning_level: Level | null
}
export type GradeAxis = keyof Grade

/** From the mildest to the gravest. */
const TIERS = ['3', '2', '1']
const PRIORITIES = ['P3', 'P2', 'P1', 'P0']
const LEVELS = ['none', 'blue', 'yellow', 'orange']

export function gradeNow(row: CaseRow): Record<GradeAxis, string> {
  return { tier: String(row.tier.value), priority: row.priority.value, warning_level: row.warning_level.value }
}

/** The values beyond the present one, nearest first; a street neither raises to tier 1 nor lowers from it. */
export function gradeChoices(row: CaseRow, direction: 'raise' | 'lower', role: Role | null): Record<GradeAxis, string[]> {
  const now = gradeNow(row)
  const beyond = (scale: readonly string[], value: string) => {
    const at = scale.indexOf(value)
    return direction === 'raise' ? scale.slice(at + 1) : scale.slice(0, at).reverse()
  }
  let tier = beyond(TIERS, now.tier)
  if (role !== 'command') tier = direction === 'lower' && now.tier === '1' ? [] : tier.filter((value) => value !== '1')
  return { tier, priority: beyond(PRIORITIES, now.priority), warning_level: beyond(LEVELS, now.warning_level) }
}

/** The body of a decision: only what was chosen; a tier is a number on the wire. */
export function gradeBody(chosen: Record<GradeAxis, string | null>): Record<string, unknown> | null {
  const body: Record<string, unknown> = {}
  if (chosen.tier) body.tier = Number(chosen.tier)
  if (chosen.priority) body.priority = chosen.priority
  if (chosen.warning_level) body.warning_level = chosen.warning_level
  return Object.keys(body).length > 0 ? body : null
}

/** What takes the chosen axes back to where they were. */
export function undoBody(chosen: Record<GradeAxis, string | null>, before: Record<GradeAxis, string>): Record<string, unknown> {
  const back = (axis: GradeAxis) => (chosen[axis] ? before[axis] : null)
  return gradeBody({ tier: back('tier'), priority: back('priority'), warning_level: back('warning_level') }) ?? {}
}
