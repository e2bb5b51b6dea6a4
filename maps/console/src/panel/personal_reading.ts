// Reads personal fields of a case for a purpose, keeps them only while they are shown.
import { read } from '@kit/ask/ask'
import type { PersonalView } from '@kit/wire/wire'
import { said } from '@kit/words/words'
import { onBeforeUnmount, ref, shallowRef } from 'vue'

export const PURPOSES = ['find_again', 'visit', 'treatment', 'identify', 'lost', 'trafficking', 'hand_over', 'review'] as const
export type Purpose = (typeof PURPOSES)[number]

export function usePersonalReading(caseId: () => string) {
  const purpose = ref<Purpose>('find_again')
  const fields = shallowRef<PersonalView['fields'] | null>(null)
  const problem = ref<string | null>(null)
  let asking: AbortController | null = null

  async function look(): Promise<void> {
    asking?.abort()
    const mine = (asking = new AbortController())
    const answer = await read<PersonalView>(`/api/v1/cases/${caseId()}/personal?purpose=${purpose.value}`, mine.signal)
    if (mine.signal.aborted) return
    problem.value = answer.ok ? null : said({ text: answer.problem.title, text_en: answer.problem.title_en })
    fields.value = answer.ok ? answer.value.fields : null
  }

  function forget(): void {
    asking?.abort()
    fields.value = null
    problem.value = null
  }
  onBeforeUnmount(forget)
  return { purpose, fields, problem, look, forget }
}
