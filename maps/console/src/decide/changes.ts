// What a decision will do, as sentences a person reads: the server's own, each once, without what merely quotes the
// decision. Pure.
import type { ChangesAnswer } from '@kit/wire/wire'

export type Change = NonNullable<ChangesAnswer['changes']>[number]

/** Says only that somebody decided, with the reason that the form has anyway. */
const QUOTES_THE_FORM = new Set(['case.decided'])

export function shownChanges(changes: readonly Change[]): Change[] {
  const seen = new Set<string>()
  return changes.filter((change) => {
    if (QUOTES_THE_FORM.has(change.kind) || seen.has(change.text)) return false
    seen.add(change.text)
    return true
  })
}

/** Problem of a field: its pointer is the field or lies within it. */
export function isAt(pointer: string | undefined, field: string): boolean {
  return pointer !== undefined && (pointer === field || pointer.startsWith(`${field}/`))
}
