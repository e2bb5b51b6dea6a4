// An outcome in words. Pure.
import type { OutcomeKind, TaskView } from '@kit/wire/wire'
import type { Words } from '@kit/words/zh'

export function outcomeWords(outcome: OutcomeKind, detail: string | null, words: Words): string {
  const what = words.common.outcome[outcome]
  const how = detail ? ((words.common.outcomeDetail as Record<string, string>)[detail] ?? detail) : ''
  return how ? `${what} · ${how}` : what
}

/** What was recorded with an outcome, as short texts. */
export function outcomeFacts(outcome: TaskView['outcomes'][number], words: Words): string[] {
  const w = words.casePanel
  const facts: string[] = []
  if (outcome.n_met !== null && outcome.n_met !== undefined) facts.push(w.met(outcome.n_met))
  if (outcome.informed) facts.push(w.informedOf)
  if (outcome.card_left) facts.push(w.cardLeft)
  if (outcome.items.length > 0) facts.push(`${w.items} ${outcome.items.map((item) => `${item.name}×${item.n}`).join(' ')}`)
  if (outcome.handed_to) facts.push(w.handedTo(outcome.handed_to.organisation, outcome.handed_to.name))
  return facts
}
