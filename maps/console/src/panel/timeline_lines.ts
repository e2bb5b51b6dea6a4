// The story of a case as lines of the panel: newest first, with who did it. Pure.
import type { TimelineView } from '@kit/wire/wire'

export interface TimelineLine {
  key: string
  at: string
  /** Who: `system`, a name that begins the sentence, or an account. */
  who: { kind: 'system' } | { kind: 'named'; name: string } | { kind: 'account'; account: string }
  /** The sentence without the name that stands in `who`. */
  text: string
  reasons: TimelineView['reasons']
  /** Something a person must notice: written strong. */
  strong: boolean
}

/** What the program does as a consequence, also where a person's command caused it. */
const BY_ITSELF = [
  'duty.notified', 'task.offered', 'task.waiting', 'task.amended', 'deadline.', 'escalation.opened', 'escalation.step_fired',
  'escalation.ended', 'escalation.informed', 'case.opened', 'case.level_changed', 'case.tier_raised', 'capacity.', 'case.followed_up',
]
const STRONG = ['deadline.missed', 'case.tier_raised', 'case.reopened', 'case.merged', 'case.decided', 'sighting.accepted']

/**
 * @param names names that may begin a sentence: units and departments
 */
export function timelineLines(
  story: readonly TimelineView[],
  names: ReadonlySet<string>,
  said: (line: TimelineView) => string,
): TimelineLine[] {
  return [...story]
    .map((line, place) => ({ line, place }))
    .sort((a, b) => b.line.seq - a.line.seq || b.place - a.place)
    .map(({ line, place }) => {
      const text = withoutDay(said(line), line.at)
      const byItself = line.by === 'system' || BY_ITSELF.some((kind) => line.kind.startsWith(kind))
      const name = byItself ? null : (beginning(text, names) ?? (text.startsWith(`${line.by} `) ? line.by : null))
      return {
        key: `${line.seq}/${place}`,
        at: line.at,
        who: name ? { kind: 'named', name } : byItself ? { kind: 'system' } : { kind: 'account', account: line.by },
        text: name ? text.slice(name.length).replace(/^[:：]?\s*/, '') : text,
        reasons: line.reasons,
        strong: STRONG.includes(line.kind),
      }
    })
}

/** Times of the line's own day stand without the day. */
export function withoutDay(text: string, at: string): string {
  return text.replaceAll(`${at.slice(0, 10)} `, '')
}

function beginning(text: string, names: ReadonlySet<string>): string | null {
  let found: string | null = null
  for (const name of names) if (text.startsWith(name) && name.length > (found?.length ?? 0)) found = name
  return found
}
