// What will follow from the call as it stands: the server's own answer to a preview, asked again a moment after the last key.
import { command, type Problem } from '@kit/ask/ask'
import type { SightingAnswer } from '@kit/wire/wire'
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { reportOf } from './call'
import { useIntake } from './intake'

/** Long enough to type on, short enough to see it before the next row. */
const WAIT_MS = 250

export function useConsequence() {
  const intake = useIntake()
  const live = useLive()
  const answer = shallowRef<SightingAnswer | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const asking = ref(false)
  let timer: ReturnType<typeof setTimeout> | null = null
  let running: AbortController | null = null

  async function ask(): Promise<void> {
    running?.abort()
    const { call } = intake
    if (live.stale || (!call.spot && call.placeText.trim() === '')) {
      answer.value = problem.value = null
      asking.value = false
      return
    }
    running = new AbortController()
    asking.value = true
    const report = reportOf(call, call.startedAt ?? live.clock.now())
    const said = await command<SightingAnswer>(`/api/v1/sightings/${call.id}`, report, { method: 'PUT', preview: true, signal: running.signal })
    if (!said.ok && said.problem.code === 'aborted') return
    asking.value = false
    answer.value = said.ok ? said.value : null
    problem.value = said.ok ? null : said.problem
  }

  const judged = () => {
    const { line, spot, placeText, level, people, age, signs } = intake.call
    return [intake.call.id, line, spot?.key, placeText.trim(), level, people, age, signs.join(), live.stale].join('|')
  }
  watch(
    judged,
    () => {
      if (timer) clearTimeout(timer)
      timer = setTimeout(() => void ask(), WAIT_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    if (timer) clearTimeout(timer)
    running?.abort()
  })
  return { answer, problem, asking }
}

/** The lengths of the three deadlines from when they begin, in milliseconds. */
export function limitsOf(answer: SightingAnswer): readonly (number | null)[] {
  const begins = answer.tasks[0]?.made_at ?? answer.escalations[0]?.opened_at
  return [answer.acknowledge_by, answer.on_site_by, answer.outcome_by].map((by) =>
    by && begins ? Date.parse(by) - Date.parse(begins) : null,
  )
}
