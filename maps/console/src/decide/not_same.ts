// Says that two cases are not about the same person: kept as a note on the case, and the suggestion is not shown again
// on this desk.
import { command, newId } from '@kit/ask/ask'
import { caseCode } from '@kit/order/case_words'
import type { CaseRow } from '@kit/wire/wire'
import { said, words } from '@kit/words/words'
import { ref, shallowRef } from 'vue'
import { useDecisions } from './decisions'

const answered = shallowRef<ReadonlySet<string>>(new Set())

export function isSaidDifferent(caseId: string, otherId: string): boolean {
  return answered.value.has(`${caseId}/${otherId}`)
}

export function useNotSame() {
  const decisions = useDecisions()
  const problem = ref<string | null>(null)
  const key = newId()

  async function say(caseId: string, other: Pick<CaseRow, 'id' | 'opened_at'>, reason = ''): Promise<void> {
    const note = words.value.casePanel.decide.notSameNote(caseCode(other))
    const answer = await command(`/api/v1/cases/${caseId}/note`, { text: reason ? `${note}：${reason}` : note }, { key })
    if (!answer.ok) {
      problem.value = said({ text: answer.problem.title, text_en: answer.problem.title_en })
      return
    }
    answered.value = new Set([...answered.value, `${caseId}/${other.id}`, `${other.id}/${caseId}`])
    decisions.close()
  }
  return { say, problem }
}
