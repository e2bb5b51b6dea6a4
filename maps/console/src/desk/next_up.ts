// What comes next on a quiet night, and when the last case closed: asked from the server when the desk is quiet.
import { read } from '@kit/ask/ask'
import type { CaseRow, RevisitRow } from '@kit/wire/wire'
import { onMounted, shallowRef } from 'vue'
import { useSession } from '../stores/session'

interface Page<T> {
  items: T[]
  next: string | null
}

export function useNextUp() {
  const session = useSession()
  const revisits = shallowRef<readonly RevisitRow[]>([])
  const lastClosed = shallowRef<CaseRow | null>(null)

  async function load(): Promise<void> {
    const [due, closed] = await Promise.all([
      session.seesRevisits ? read<Page<RevisitRow>>('/api/v1/revisits') : null,
      read<Page<CaseRow>>('/api/v1/cases?open=false&limit=100'),
    ])
    if (due?.ok) revisits.value = due.value.items.filter((row) => row.kind === 'special_care' && !row.case_id)
    if (closed.ok) {
      lastClosed.value = closed.value.items
        .filter((row) => row.closed_at && !row.history && !row.merged_into)
        .reduce<CaseRow | null>((last, row) => (last === null || (row.closed_at ?? '') > (last.closed_at ?? '') ? row : last), null)
    }
  }
  onMounted(load)
  return { revisits, lastClosed }
}
