// Which decision is open, what was typed in it, and what can still be undone. Drafts are kept when a dialog closes.
import { newId } from '@kit/ask/ask'
import { defineStore } from 'pinia'
import { reactive, ref, shallowRef } from 'vue'

export type DecisionKind =
  | 'assign' | 'raise' | 'lower' | 'merge' | 'split' | 'note' | 'close' | 'hand_over' | 'take' | 'relocate' | 'subjects'
  | 'arrivals' | 'call' | 'unmerge' | 'answer' | 'reply'

export interface OpenDecision {
  kind: DecisionKind
  caseId: string
  /** What the opener knows already: the other case, a sighting, a subject. */
  given: Readonly<Record<string, string>>
}

export interface Undo {
  /** What was done, in words. */
  text: string
  path: string
  body: Record<string, unknown>
  /** Id of the command that undoes; the same again does nothing twice. */
  key: string
}

/** How long an undo is offered at the foot; in the timeline it stays. */
export const UNDO_OFFERED_MS = 15_000

export const useDecisions = defineStore('decisions', () => {
  const current = shallowRef<OpenDecision | null>(null)
  const undo = shallowRef<Undo | null>(null)
  const undoUntil = ref(0)
  const drafts = reactive(new Map<string, Record<string, unknown>>())
  let timer: ReturnType<typeof setTimeout> | null = null

  function open(kind: DecisionKind, caseId: string, given: Record<string, string> = {}): void {
    current.value = { kind, caseId, given }
  }

  function close(): void {
    current.value = null
  }

  /** What was typed for one decision on one thing; made with `start` the first time. */
  function draft<T extends object>(name: string, start: () => T): T {
    let kept = drafts.get(name)
    if (!kept) {
      drafts.set(name, start() as Record<string, unknown>)
      kept = drafts.get(name) as Record<string, unknown>
    }
    return kept as T
  }

  function dropDraft(name: string): void {
    drafts.delete(name)
  }

  function offer(next: Omit<Undo, 'key'> | null): void {
    if (timer) clearTimeout(timer)
    timer = null
    undo.value = next ? { ...next, key: newId() } : null
    if (!next) return
    undoUntil.value = performance.now() + UNDO_OFFERED_MS
    timer = setTimeout(() => (undo.value = null), UNDO_OFFERED_MS)
  }

  return { current, open, close, draft, dropDraft, undo, undoUntil, offer }
})
