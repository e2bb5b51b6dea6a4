// Says that 120 or 110 was called by the person at the desk: at once, without a form.
import { command, newId } from '@kit/ask/ask'
import { said } from '@kit/words/words'
import { ref } from 'vue'
import { useLive } from '../stores/live'
import { useSession } from '../stores/session'

export function useCallRecord() {
  const live = useLive()
  const session = useSession()
  const busy = ref(false)
  const problem = ref<string | null>(null)
  let key = newId()

  async function now(caseId: string, number: '120' | '110'): Promise<void> {
    if (busy.value) return
    busy.value = true
    const at = new Date(live.clock.now()).toISOString()
    const answer = await command(`/api/v1/cases/${caseId}/emergency_calls`, { number, by: session.session?.account ?? '', at }, { key })
    busy.value = false
    problem.value = answer.ok ? null : said({ text: answer.problem.title, text_en: answer.problem.title_en })
    // The time is part of what was said: another press is another command.
    key = newId()
  }

  return { busy, problem, now }
}
