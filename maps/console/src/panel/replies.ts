// Replies that callers are owed: a ticket of 12345 or another desk with its number and the time to answer by. Pure.
import type { CaseRow, CaseView } from '@kit/wire/wire'

export interface Reply {
  sighting_id: string
  source: string
  source_ref: string | null
  reply_by: string | null
  answered_at: string | null
  answered_by: string | null
}

/** From the row where the server says them, else from the sightings that carry a number or a time. */
export function repliesOf(row: CaseRow, whole: CaseView | null): Reply[] {
  const said = (row as CaseRow & { replies?: Reply[] }).replies
  if (said) return [...said].sort(byUrgency)
  return (whole?.sightings ?? [])
    .filter((sighting) => sighting.source_ref || sighting.reply_by)
    .map((sighting) => ({
      sighting_id: sighting.id, source: sighting.source, source_ref: sighting.source_ref ?? null,
      reply_by: sighting.reply_by ?? null, answered_at: null, answered_by: null,
    }))
    .sort(byUrgency)
}

function byUrgency(a: Reply, b: Reply): number {
  if (Boolean(a.answered_at) !== Boolean(b.answered_at)) return a.answered_at ? 1 : -1
  return (a.reply_by ?? '9') < (b.reply_by ?? '9') ? -1 : 1
}
