// Suggestions that still ask for an answer: the best score for each other case that is not merged here yet. Pure.
import { caseCode } from '@kit/order/case_words'
import type { CaseRow, CaseView, SuggestionView } from '@kit/wire/wire'

export interface Suggested {
  suggestion: SuggestionView
  /** Code of the other case where the picture knows it. */
  code: string | null
}

export function suggestionsOf(row: CaseRow, whole: CaseView | null, cases: ReadonlyMap<string, CaseRow>): Suggested[] {
  const best = new Map<string, SuggestionView>()
  const here = new Set([row.id, ...row.members])
  for (const sighting of whole?.sightings ?? []) {
    for (const suggestion of sighting.may_duplicate) {
      if (here.has(suggestion.case_id)) continue
      const known = best.get(suggestion.case_id)
      if (!known || suggestion.score > known.score) best.set(suggestion.case_id, suggestion)
    }
  }
  return [...best.values()]
    .sort((a, b) => b.score - a.score)
    .map((suggestion) => {
      const other = cases.get(suggestion.case_id)
      return { suggestion, code: other ? caseCode(other) : null }
    })
}
