// Units that may be sent, in the server's order; where it gives none, those on duty, own street first. The rows are pure.
import { read } from '@kit/ask/ask'
import type { CaseRow, ReasonView, UnitView } from '@kit/wire/wire'
import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { useLive } from '../stores/live'

export interface Candidate {
  unit: string
  name: string
  jurisdiction: string | null
  fit: 'fits' | 'taken_off' | 'rejected'
  rejected: string | null
  distance_m: number | null
  metres_judged: number | null
  position_at: string | null
  task_id: string | null
  reason: ReasonView | null
}

/** Units on duty when the server recommends nothing: own street first, then by id. */
export function onDuty(units: Iterable<UnitView>, row: Pick<CaseRow, 'jurisdiction'>): Candidate[] {
  const own = (unit: UnitView) => (unit.jurisdiction === row.jurisdiction.code ? 0 : 1)
  return [...units]
    .filter((unit) => unit.shift)
    .sort((a, b) => own(a) - own(b) || a.id.localeCompare(b.id, 'en', { numeric: true }))
    .map((unit) => ({
      unit: unit.id, name: unit.name, jurisdiction: unit.jurisdiction ?? null, fit: 'fits', rejected: null, distance_m: null,
      metres_judged: null, position_at: unit.position?.at ?? null, task_id: null, reason: null,
    }))
}

/** Sentences of the server name units by id; people know them by name. */
export function withNames(text: string, unit: string, name: string): string {
  return text.startsWith(`${unit} `) ? `${name}${text.slice(unit.length)}` : text
}

export function useCandidates(row: () => CaseRow) {
  const live = useLive()
  const candidates = shallowRef<readonly Candidate[] | null>(null)
  /** The server gives no recommendation. */
  const missing = ref(false)
  const asking = new AbortController()

  async function look(): Promise<void> {
    const answer = await read<{ items: Candidate[] }>(`/api/v1/cases/${row().id}/candidates`, asking.signal)
    if (asking.signal.aborted) return
    missing.value = !answer.ok
    candidates.value = answer.ok ? answer.value.items : onDuty(live.picture.units.values(), row())
  }
  void look()
  onBeforeUnmount(() => asking.abort())
  return { candidates, missing }
}
