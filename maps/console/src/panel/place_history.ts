// Earlier cases at the place of a case: read once for a place and night, shared by the story's head and its section.
import { read } from '@kit/ask/ask'
import type { CaseRow } from '@kit/wire/wire'
import { computed, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { countSince, spotOf } from './earlier_here'

interface Page {
  items: CaseRow[]
}

/** Half the edge of the square that counts as the same place, in metres. */
const AROUND_M = 60
const NIGHTS_MS = 30 * 86_400_000
const known = shallowRef<ReadonlyMap<string, readonly CaseRow[]>>(new Map())
const asked = new Set<string>()
/** Places kept at most; the rest is read again when somebody looks. */
const KEPT = 20

export function usePlaceHistory(row: () => CaseRow) {
  const live = useLive()
  const spot = computed(() => spotOf(row().position ?? null, AROUND_M))

  async function look(bbox: string): Promise<void> {
    if (asked.has(bbox)) return
    asked.add(bbox)
    const answer = await read<Page>(`/api/v1/cases?bbox=${bbox}&open=false&limit=50`)
    if (!answer.ok) {
      asked.delete(bbox)
      return
    }
    const next = new Map([...known.value].slice(-KEPT))
    next.set(bbox, answer.value.items)
    known.value = next
    for (const old of asked) if (!next.has(old)) asked.delete(old)
  }
  watch(spot, (bbox) => bbox && void look(bbox), { immediate: true })

  const earlier = computed<readonly CaseRow[] | null>(() => {
    const found = spot.value ? known.value.get(spot.value) : undefined
    if (!found) return null
    return found.filter((other) => other.id !== row().id && !other.merged_into).sort((a, b) => (a.opened_at < b.opened_at ? 1 : -1))
  })
  const n30 = computed(() => (earlier.value ? countSince(earlier.value, live.now - NIGHTS_MS) : null))
  return { earlier, n30, located: computed(() => spot.value !== null) }
}
