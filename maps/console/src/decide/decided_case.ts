// The case that a decision is about: at once from the picture, whole as soon as it was read.
import { read } from '@kit/ask/ask'
import type { CaseView } from '@kit/wire/wire'
import { computed, onBeforeUnmount, shallowRef, watch } from 'vue'
import { newestRow } from '../panel/whole_case'
import { useLive } from '../stores/live'

export function useDecidedCase(caseId: () => string | null) {
  const live = useLive()
  const whole = shallowRef<CaseView | null>(null)
  const row = computed(() => {
    const id = caseId()
    return id ? newestRow(live.picture, whole.value, id) : null
  })
  let asking: AbortController | null = null
  watch(
    caseId,
    async (id) => {
      asking?.abort()
      whole.value = null
      if (!id) return
      const mine = (asking = new AbortController())
      const answer = await read<CaseView>(`/api/v1/cases/${id}`, mine.signal)
      if (!mine.signal.aborted && answer.ok) whole.value = answer.value
    },
    { immediate: true },
  )
  onBeforeUnmount(() => asking?.abort())
  return { row, whole }
}
