// The case that a split made, as the story of the case it was split from tells it.
import { read } from '@kit/ask/ask'
import type { TimelineView } from '@kit/wire/wire'

/** The id that the newest split of these sightings names; null where the story names none. Pure. */
export function splitOffIn(story: readonly TimelineView[], sighting: string): string | null {
  const splits = story.filter((line) => line.kind === 'case.split').sort((a, b) => b.seq - a.seq)
  for (const { facts } of splits as { facts: { to?: unknown; sightings?: unknown } }[]) {
    if (typeof facts.to === 'string' && Array.isArray(facts.sightings) && facts.sightings.includes(sighting)) return facts.to
  }
  return null
}

export async function splitOff(caseId: string, sighting: string): Promise<string | null> {
  const answer = await read<{ items: TimelineView[] }>(`/api/v1/cases/${caseId}/timeline`)
  return answer.ok ? splitOffIn(answer.value.items, sighting) : null
}
