// The planned revisits as the server lists them; read when the page opens and again after something has changed.
import { type Problem, read } from '@kit/ask/ask'
import type { RevisitRow } from '@kit/wire/wire'
import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { useLive } from '../stores/live'

/** Read again at most this often while events come. */
const AGAIN_MS = 5_000
const TOUCHING = /^(case\.|task\.|person\.|area_warning\.|revisit\.|sighting\.)/

export function useRevisits() {
  const rows = shallowRef<readonly RevisitRow[]>([])
  const looked = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let timer: ReturnType<typeof setTimeout> | null = null

  async function load(): Promise<void> {
    const answer = await read<{ items: RevisitRow[] }>('/api/v1/revisits')
    problem.value = answer.ok ? null : answer.problem
    if (answer.ok) rows.value = answer.value.items
    looked.value = true
  }
  const stop = useLive().onNotables((notables) => {
    if (!notables.some((notable) => TOUCHING.test(notable.kind))) return
    timer ??= setTimeout(() => {
      timer = null
      void load()
    }, AGAIN_MS)
  })
  onMounted(load)
  onBeforeUnmount(() => {
    stop()
    if (timer) clearTimeout(timer)
  })
  return { rows, looked, problem, load }
}
