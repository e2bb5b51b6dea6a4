// A night: from 16:00 to 08:00 by the district's own clock, named by its first date. Pure.

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FROM_HOUR = 16
const N_HOURS = 16

export interface Night {
  /** `2026-01-12`, the day on which it began. */
  date: string
  from: number
  to: number
}

export function offsetMs(offset: string): number {
  const [h = 0, m = 0] = offset.replace(/^[+-]/, '').split(':').map(Number)
  return (offset.startsWith('-') ? -1 : 1) * (h * 60 + m) * 60_000
}

/** The night that runs, or by day the one that ended last. */
export function nightAt(now: number, offset: string): Night {
  const local = now + offsetMs(offset)
  const day = Math.floor(local / DAY_MS)
  const begun = local - day * DAY_MS >= FROM_HOUR * HOUR_MS
  return nightOfDay(begun ? day : day - 1, offset)
}

/** The night of a date such as `2026-01-12`; null when that is no date. */
export function nightOf(date: string, offset: string): Night | null {
  const at = Date.parse(`${date}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && Number.isFinite(at) ? nightOfDay(Math.floor(at / DAY_MS), offset) : null
}

export function nightBeside(night: Night, by: 1 | -1, offset: string): Night {
  return nightOfDay(Math.floor(Date.parse(`${night.date}T00:00:00Z`) / DAY_MS) + by, offset)
}

function nightOfDay(day: number, offset: string): Night {
  const from = day * DAY_MS + FROM_HOUR * HOUR_MS - offsetMs(offset)
  return { date: new Date(day * DAY_MS).toISOString().slice(0, 10), from, to: from + N_HOURS * HOUR_MS }
}

/** A stamp in the district's own offset, as the figures are asked for. */
export function stampOf(ms: number, offset: string): string {
  return new Date(ms + offsetMs(offset)).toISOString().slice(0, 19) + offset
}

/** The hours of a night in their order: `16` … `07`. */
export const HOURS: readonly string[] = Array.from({ length: N_HOURS }, (_, n) => String((FROM_HOUR + n) % 24).padStart(2, '0'))
