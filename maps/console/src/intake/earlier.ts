// Earlier cases of the same place, open and closed, newest first.
import { read } from '@kit/ask/ask'
import type { CaseRow, PositionView } from '@kit/wire/wire'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { useIntake } from './intake'

const RADIUS_M = 200
const SHOWN_MAX = 8
const METRES_PER_DEGREE = 111_320

/** The box around a position, as the list of cases takes it: west, south, east, north. */
export function boxAround({ lon, lat }: PositionView, radiusM: number): string {
  const north = radiusM / METRES_PER_DEGREE
  const east = north / Math.cos((lat * Math.PI) / 180)
  return [lon - east, lat - north, lon + east, lat + north].map((x) => x.toFixed(6)).join(',')
}

export function useEarlier() {
  const intake = useIntake()
  const rows = shallowRef<readonly CaseRow[] | null>(null)
  let running: AbortController | null = null
  watch(
    () => (intake.call.spot?.kind === 'street' ? null : (intake.call.spot?.position ?? null)),
    async (position) => {
      running?.abort()
      rows.value = null
      if (!position) return
      running = new AbortController()
      const answer = await read<{ items: CaseRow[] }>(`/api/v1/cases?bbox=${boxAround(position, RADIUS_M)}&limit=50`, running.signal)
      if (!answer.ok) return
      const newest = answer.value.items.filter((row) => !row.merged_into).sort((a, b) => (a.opened_at < b.opened_at ? 1 : -1))
      rows.value = newest.slice(0, SHOWN_MAX)
    },
    { immediate: true },
  )
  onScopeDispose(() => running?.abort())
  return rows
}
