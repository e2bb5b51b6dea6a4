// How often the district duty leader was called for a case, and when the next call comes, as the feed tells it.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Notable } from '@kit/fold/picture'
import { useLive } from '../stores/live'

export const useDutyCalls = defineStore('duty-calls', () => {
  const calls = shallowRef<ReadonlyMap<string, number>>(new Map())
  const nextCall = ref<number | null>(null)

  useLive().onNotables((notables) => {
    for (const notable of notables) {
      if (notable.kind === 'duty.calls_set') {
        const at = notable.about.next_at
        nextCall.value = typeof at === 'string' ? Date.parse(at) : null
      } else if (notable.kind === 'duty.notified') calls.value = withCall(calls.value, notable)
    }
  })
  return { calls, nextCall }
})

function withCall(calls: ReadonlyMap<string, number>, { about }: Notable): ReadonlyMap<string, number> {
  const whom = about.addressee as { to?: string } | undefined
  if (whom?.to !== 'district_duty_leader' || about.about !== 'ladder_step') return calls
  const cases = new Set(Array.isArray(about.cases) ? (about.cases as string[]) : [])
  if (typeof about.case_id === 'string') cases.add(about.case_id)
  const next = new Map(calls)
  for (const id of cases) next.set(id, (next.get(id) ?? 0) + 1)
  return next
}
