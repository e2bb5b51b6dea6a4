// Confirming a colour that the system proposed: once for all streets of the change, from the strip, the list or by key.
import { type Problem, command, newId } from '@kit/ask/ask'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

export const useConfirmations = defineStore('confirmations', () => {
  const busy = ref(false)
  const problems = shallowRef<ReadonlyMap<string, Problem>>(new Map())
  /** The same key while the same street is asked again, so that a second press does nothing twice. */
  const keys = new Map<string, string>()

  async function confirm(street: string): Promise<void> {
    if (busy.value) return
    busy.value = true
    const key = keys.get(street) ?? newId()
    keys.set(street, key)
    const answer = await command(`/api/v1/area-warnings/${encodeURIComponent(street)}/confirm`, {}, { key })
    busy.value = false
    const next = new Map(problems.value)
    next.delete(street)
    if (answer.ok) keys.delete(street)
    else {
      next.set(street, answer.problem)
      if (answer.problem.retry === 'never') keys.delete(street)
    }
    problems.value = next
  }

  return { busy, confirm, problemOf: (street: string) => problems.value.get(street) ?? null }
})
