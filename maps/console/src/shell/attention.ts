// What may make a sound or a notice, and until when: mortal danger, missed deadlines, tiers that nobody answers. Pure.

export type Cause = 'p0' | 'nobody' | 'missed'

export interface Asking {
  /** The thing that asks: `p0:<case>`, `missed:<case>:on_site`. */
  readonly id: string
  readonly cause: Cause
  readonly caseId: string | null
  readonly since: number
}

export const REPEAT_MS = 30_000
export const MUTE_MS = 15 * 60_000

/** Rising notes, in hertz: three for mortal danger, two for all else. */
export const NOTES: Record<Cause, readonly number[]> = { p0: [660, 830, 990], nobody: [550, 660], missed: [550, 660] }
const GRAVITY: Record<Cause, number> = { p0: 0, nobody: 1, missed: 2 }

export interface AttentionState {
  readonly asking: ReadonlyMap<string, Asking>
  /** When the last sound was made; absent before the first. */
  readonly soundedAt: number | null
  readonly mutedUntil: number | null
}

export const QUIET: AttentionState = { asking: new Map(), soundedAt: null, mutedUntil: null }

export interface Decided {
  readonly state: AttentionState
  /** What came anew: to be said aloud and in a notice. */
  readonly fresh: readonly Asking[]
  /** The sound to make now; null is silence. */
  readonly sound: Cause | null
}

/** Compares what asks now with what asked before: new things sound at once, old ones every half minute. */
export function decide(before: AttentionState, now: readonly Asking[], at: number): Decided {
  const fresh = now.filter((one) => !before.asking.has(one.id))
  const muted = before.mutedUntil !== null && at < before.mutedUntil
  const mutedUntil = muted ? before.mutedUntil : null
  const asking = new Map(now.map((one) => [one.id, before.asking.get(one.id) ?? one]))
  const due = before.soundedAt === null || at - before.soundedAt >= REPEAT_MS
  const wanted = fresh.length > 0 ? gravest(fresh) : due ? gravest(now) : null
  const sound = muted ? null : wanted
  return { state: { asking, soundedAt: now.length === 0 ? null : sound ? at : before.soundedAt, mutedUntil }, fresh, sound }
}

function gravest(of: readonly Asking[]): Cause | null {
  let found: Cause | null = null
  for (const { cause } of of) if (found === null || GRAVITY[cause] < GRAVITY[found]) found = cause
  return found
}

/** Mutes for at most a quarter of an hour. */
export function mute(state: AttentionState, at: number): AttentionState {
  return { ...state, mutedUntil: at + MUTE_MS }
}

export function unmute(state: AttentionState): AttentionState {
  return { ...state, mutedUntil: null, soundedAt: null }
}
