// What has already been tried with a department: the story of its case, what the feed tells while the page is open, and
// what the escalation itself says.
import { read } from '@kit/ask/ask'
import type { Notable } from '@kit/fold/picture'
import type { EscalationView, TimelineView } from '@kit/wire/wire'
import { said, words } from '@kit/words/words'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'

export interface Tried {
  at: string
  text: string
}
/** Lines of a story that tell of somebody being asked or called. */
const TELLING = new Set(['duty.notified', 'escalation.step_fired', 'escalation.opened', 'escalation.asked_again'])

export function tellsOf(line: TimelineView, one: EscalationView): boolean {
  if (!TELLING.has(line.kind)) return false
  const facts = line.facts as { escalation_id?: string; department?: string; addressee?: { department?: string }; about?: string }
  if (facts.escalation_id) return facts.escalation_id === one.id
  return (facts.department ?? facts.addressee?.department) === one.department
}

/** The escalation's own words, where no story tells more. */
export function ownWords(one: EscalationView, tried: { opened: string; missed: string; askedAgain: string }): Tried[] {
  const lines: Tried[] = [{ at: one.opened_at, text: tried.opened }]
  if (one.missed_at) lines.push({ at: one.missed_at, text: tried.missed })
  if (one.asked_again && one.ask_again_at) lines.push({ at: one.ask_again_at, text: tried.askedAgain })
  return lines
}

export function useTried(wanted: () => readonly EscalationView[]) {
  const live = useLive()
  const stories = shallowRef<ReadonlyMap<string, { seq: number; lines: readonly TimelineView[] }>>(new Map())
  const heard = shallowRef<ReadonlyMap<string, readonly Tried[]>>(new Map())

  watch(
    () => [...new Set(wanted().map((one) => one.case_id).filter((id): id is string => Boolean(id)))]
      .map((id) => `${id} ${live.picture.cases.get(id)?.seq ?? 0}`)
      .join('\n'),
    async (text) => {
      for (const [id = '', seq] of text.split('\n').filter(Boolean).map((line) => line.split(' '))) {
        if (stories.value.get(id)?.seq === Number(seq)) continue
        const answer = await read<{ items: TimelineView[] }>(`/api/v1/cases/${id}/timeline`)
        if (answer.ok) stories.value = new Map(stories.value).set(id, { seq: Number(seq), lines: answer.value.items })
      }
    },
    { immediate: true },
  )
  const stop = live.onNotables((notables: readonly Notable[]) => {
    const next = new Map(heard.value)
    for (const notable of notables) {
      if (notable.case_id || !TELLING.has(notable.kind)) continue
      const id = notable.about.escalation_id
      const line = notable.timeline[0]
      if (typeof id === 'string' && line) next.set(id, [...(next.get(id) ?? []), { at: line.at, text: said(line) }].slice(-6))
    }
    heard.value = next
  })
  onScopeDispose(stop)

  return (one: EscalationView): Tried[] => {
    const story = one.case_id ? stories.value.get(one.case_id) : null
    const told = (story?.lines ?? []).filter((line) => tellsOf(line, one)).map((line) => ({ at: line.at, text: said(line) }))
    const lines = told.length > 0 ? told : ownWords(one, words.value.board.tried)
    return [...lines, ...(heard.value.get(one.id) ?? [])].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(-6)
  }
}
