// Reads the case that the panel shows: the row at once from the picture, the whole from the server, again when it
// changed. A case that was merged leads to its survivor.
import { type Problem, read } from '@kit/ask/ask'
import type { CaseRow, CaseView } from '@kit/wire/wire'
import { type ComputedRef, type InjectionKey, type Ref, type ShallowRef, computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { useSelection } from '../stores/selection'
import { READ_AGAIN_AFTER_MS, escalationsOf, newestRow, tasksOf } from './whole_case'

export interface CaseReading {
  row: ComputedRef<CaseRow | null>
  whole: ShallowRef<CaseView | null>
  problem: ShallowRef<Problem | null>
  /** The id of the case that was asked for and lives on in this one. */
  cameFrom: Ref<{ id: string; into: string } | null>
  again: () => void
}

export const READING: InjectionKey<CaseReading> = Symbol('the case that the panel reads')

export function useCaseReading(caseId: () => string): CaseReading {
  const live = useLive()
  const selection = useSelection()
  const whole = shallowRef<CaseView | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const cameFrom = ref<{ id: string; into: string } | null>(null)
  const row = computed(() => newestRow(live.picture, whole.value, caseId()))
  let asking: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  async function look(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    asking?.abort()
    const mine = (asking = new AbortController())
    const id = caseId()
    const answer = await read<CaseView>(`/api/v1/cases/${id}`, mine.signal)
    if (mine.signal.aborted || id !== caseId()) return
    if (!answer.ok) {
      if (answer.problem.code !== 'aborted') problem.value = answer.problem
      return
    }
    problem.value = null
    const into = answer.value.merged_into
    if (into) {
      cameFrom.value = { id, into }
      selection.select(into)
      return
    }
    whole.value = answer.value
  }

  watch(
    caseId,
    (id) => {
      if (cameFrom.value && cameFrom.value.into !== id) cameFrom.value = null
      if (whole.value?.id !== id) whole.value = null
      problem.value = null
      void look()
    },
    { immediate: true },
  )
  // The row's seq is that of the last event which touched the case.
  watch(
    () => live.picture.cases.get(caseId())?.seq ?? 0,
    (seq) => {
      if (seq > (whole.value?.seq ?? 0)) timer ??= setTimeout(() => void look(), READ_AGAIN_AFTER_MS)
    },
  )
  watch(
    () => live.stale,
    (stale) => {
      if (!stale) void look()
    },
  )
  onBeforeUnmount(() => {
    if (timer) clearTimeout(timer)
    asking?.abort()
  })
  return { row, whole, problem, cameFrom, again: () => void look() }
}

export function useEscalations(row: () => CaseRow, whole: () => CaseView | null) {
  const live = useLive()
  return computed(() => escalationsOf(live.picture, whole(), row().id))
}

export function useTasks(row: () => CaseRow, whole: () => CaseView | null) {
  const live = useLive()
  return computed(() => tasksOf(live.picture, whole(), row().id))
}
