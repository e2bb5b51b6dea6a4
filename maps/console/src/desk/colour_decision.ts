// A raise or a lowering of a street's colour: what is typed, what it would do, and the act. Asked anew with each change.
import { en } from '@kit/words/en'
import { zh } from '@kit/words/zh'
import { type Problem, command, newId } from '@kit/ask/ask'
import type { ChangesAnswer, Level } from '@kit/wire/wire'
import { ref, shallowRef, watch } from 'vue'

const ASK_AFTER_MS = 300

export function useColourDecision(street: string, towards: 'raise' | 'lower', offset: () => string) {
  const level = ref<Level | null>(null)
  const reason = ref('')
  const until = ref('')
  const preview = shallowRef<ChangesAnswer | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  const key = newId()
  const path = `/api/v1/area-warnings/${encodeURIComponent(street)}/${towards}`
  let timer: ReturnType<typeof setTimeout> | null = null
  let asking: AbortController | null = null

  function body(): Record<string, unknown> {
    const ends = until.value === '' ? null : `${until.value}:00${offset()}`
    const common = { level: level.value, reason: reason.value.trim() || '—' }
    return towards === 'raise' ? { ...common, until: ends } : common
  }

  async function look(): Promise<void> {
    asking?.abort()
    if (!level.value) return
    const own = (asking = new AbortController())
    const answer = await command(path, body(), { preview: true, signal: own.signal })
    if (own.signal.aborted) return
    preview.value = answer.ok ? answer.value : null
    problem.value = answer.ok ? null : answer.problem
  }
  watch([level, until], () => {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => void look(), ASK_AFTER_MS)
  })

  /** True when it was done. */
  async function act(): Promise<boolean> {
    if (busy.value || !level.value) return false
    if (reason.value.trim() === '') {
      problem.value = { code: 'reason_needed', status: 0, title: zh.common.reasonNeeded, title_en: en.common.reasonNeeded, retry: 'same', pointer: '/reason' }
      return false
    }
    busy.value = true
    const answer = await command(path, body(), { key })
    busy.value = false
    problem.value = answer.ok ? null : answer.problem
    return answer.ok
  }

  return { level, reason, until, preview, problem, busy, act }
}
