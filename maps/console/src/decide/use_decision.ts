// One decision while its form is open: what it will do, what has changed meanwhile, the act itself, its refusal.
import { type Problem, command, newId } from '@kit/ask/ask'
import type { ChangesAnswer, TimelineView } from '@kit/wire/wire'
import { words } from '@kit/words/words'
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { useSession } from '../stores/session'
import { type Change, shownChanges } from './changes'
import { useDecisions } from './decisions'

export interface DecisionMeans {
  /** The case whose changes count. */
  caseId: () => string
  path: () => string
  /** Without reason and `seen_seq`; null while something has still to be chosen. */
  body: () => Record<string, unknown> | null
  /** What was typed as reason; absent where the decision carries none. */
  reason?: () => string
  /** Name of the draft that is dropped when it is done. */
  draft: string
  done?: (answer: ChangesAnswer) => void | Promise<void>
}

const PREVIEW_AFTER_MS = 250

export type UsedDecision = ReturnType<typeof useDecision>

export function useDecision(means: DecisionMeans) {
  const live = useLive()
  const session = useSession()
  const decisions = useDecisions()
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const previewProblem = shallowRef<Problem | null>(null)
  const preview = shallowRef<readonly Change[] | null>(null)
  const previewAt = ref<string | null>(null)
  const since = shallowRef<readonly TimelineView[]>([])
  /** What the officer has seen of each case: the position at which the form showed it first. */
  const seen = new Map<string, number>()
  let key = newId()
  let timer: ReturnType<typeof setTimeout> | null = null
  let asking: AbortController | null = null

  const seqNow = () => live.picture.cases.get(means.caseId())?.seq ?? null
  const content = () => JSON.stringify([means.path(), means.body()])
  watch(
    () => means.caseId(),
    (id) => {
      const seq = seqNow()
      if (seq !== null && !seen.has(id)) seen.set(id, seq)
    },
    { immediate: true },
  )

  async function look(): Promise<void> {
    const body = means.body()
    asking?.abort()
    if (session.ended) return
    if (!body || live.stale) {
      preview.value = null
      return
    }
    const mine = (asking = new AbortController())
    // The words of the reason change nothing of what will happen: the preview does without them.
    const { standIn } = words.value.casePanel.decide
    const reason = means.reason ? { reason: standIn } : {}
    const answer = await command<ChangesAnswer>(means.path(), { ...body, ...reason }, { preview: true, signal: mine.signal })
    if (mine.signal.aborted) return
    previewProblem.value = answer.ok ? null : answer.problem
    preview.value = answer.ok ? shownChanges(answer.value.changes ?? [], standIn) : null
    previewAt.value = answer.ok ? (answer.value.at ?? null) : null
  }
  // What is chosen and every event of the case make it anew; the words of the reason do not.
  watch(
    [content, seqNow, () => live.stale, () => session.ended],
    () => {
      if (timer) clearTimeout(timer)
      timer = setTimeout(() => void look(), PREVIEW_AFTER_MS)
    },
    { immediate: true },
  )
  watch([content, () => session.ended], () => (problem.value = null))
  onBeforeUnmount(() => {
    if (timer) clearTimeout(timer)
    asking?.abort()
  })

  const refuse = (pointer: string, title: string, titleEn = title) =>
    (problem.value = { code: 'incomplete', status: 0, title, title_en: titleEn, retry: 'later', pointer })

  async function act(): Promise<void> {
    if (busy.value || live.stale || session.ended) return
    const body = means.body()
    if (!body) return void refuse('', words.value.casePanel.decide.cannotYet)
    const reason = means.reason?.()
    if (means.reason && !reason) return void refuse('/reason', words.value.common.reasonNeeded)
    busy.value = true
    const seenSeq = seen.get(means.caseId())
    const answer = await command<ChangesAnswer>(
      means.path(),
      { ...body, ...(means.reason ? { reason } : {}), ...(seenSeq === undefined ? {} : { seen_seq: seenSeq }) },
      { key },
    )
    busy.value = false
    if (answer.ok) {
      decisions.dropDraft(means.draft)
      decisions.close()
      void means.done?.(answer.value)
      return
    }
    if (answer.problem.code === 'case_changed') {
      since.value = Array.isArray(answer.problem.timeline) ? (answer.problem.timeline as TimelineView[]) : []
      if (typeof answer.problem.seq === 'number') seen.set(means.caseId(), answer.problem.seq)
      problem.value = null
      key = newId()
      void look()
      return
    }
    problem.value = answer.problem
  }

  const refusal = computed(() => problem.value ?? previewProblem.value)
  return { busy, refusal, preview, previewAt, since, act, ready: computed(() => means.body() !== null), hasReason: means.reason !== undefined }
}
