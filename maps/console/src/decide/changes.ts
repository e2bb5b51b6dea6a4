// What a decision will do, as sentences a person reads: the server's own, each once, without what merely quotes the
// decision. Pure.
import type { ChangesAnswer } from '@kit/wire/wire'

export type Change = NonNullable<ChangesAnswer['changes']>[number]

/** Says only that somebody decided, with the reason that the form has anyway. */
const QUOTES_THE_FORM = new Set(['case.decided'])

export function shownChanges(changes: readonly Change[], standIn: string): Change[] {
  const seen = new Set<string>()
  return changes
    .filter((change) => {
      if (QUOTES_THE_FORM.has(change.kind) || seen.has(change.text)) return false
      seen.add(change.text)
      return true
    })
    .map((change) => ({ ...change, text: withoutStandIn(change.text, standIn), text_en: withoutStandIn(change.text_en, standIn) }))
}

/** Before a reason is typed a word stands in for it; a sentence of the server may quote it at its end. */
function withoutStandIn(text: string, standIn: string): string {
  for (const before of ['：', ': ', ':']) if (text.endsWith(before + standIn)) return text.slice(0, -(before + standIn).length)
  return text
}

/** Problem of a field: its pointer is the field or lies within it. */
export function isAt(pointer: string | undefined, field: string): boolean {
  return pointer !== undefined && (pointer === field || pointer.startsWith(`${field}/`))
}
