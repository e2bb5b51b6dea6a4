// The limits that response times are held against: those of the worst colour that stands in the district now.
import { read } from '@kit/ask/ask'
import { LEVEL_ORDER } from '@kit/order/case_order'
import type { Level, Priority } from '@kit/wire/wire'
import { computed, shallowRef } from 'vue'
import { useLive } from '../stores/live'
import type { SpeedId } from './figures'

type Kind = 'acknowledge' | 'on_site' | 'outcome'
type Table = Record<Priority, Record<Level, Record<Kind, number>>>
const KIND: Record<SpeedId, Kind> = { report_to_acknowledge: 'acknowledge', acknowledge_to_site: 'on_site', site_to_outcome: 'outcome' }

export function useLimits() {
  const live = useLive()
  const table = shallowRef<Table | null>(null)
  void read<{ deadlines_ms?: Table }>('/api/v1/policy/tables').then((answer) => {
    if (answer.ok) table.value = answer.value.deadlines_ms ?? null
  })
  const level = computed<Level>(() => {
    let worst: Level = 'none'
    for (const area of live.picture.areaWarnings.values()) if (LEVEL_ORDER[area.level] < LEVEL_ORDER[worst]) worst = area.level
    return worst
  })
  /** In milliseconds; only a priority has limits. */
  function limitOf(id: SpeedId, priority: string): number | null {
    return table.value?.[priority as Priority]?.[level.value]?.[KIND[id]] ?? null
  }
  return { level, limitOf }
}
