// By when the other system wants its answer, as an officer types it: `5 天`, `24 时`, `01-18 01:25`, `08:30`. Pure.

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Milliseconds since 1970; null when nothing is typed; undefined when it cannot be understood. */
export function replyTime(text: string, now: number, offset: string): number | null | undefined {
  const typed = text.trim().toLowerCase()
  if (typed === '') return null
  const length = /^(\d{1,3})\s*(天|日|d|day|days|时|小时|h|hour|hours)$/.exec(typed)
  if (length) {
    const n = Number(length[1])
    return n === 0 ? undefined : now + n * (/^(天|日|d)/.test(length[2] ?? '') ? DAY_MS : HOUR_MS)
  }
  const local = new Date(now + offsetMs(offset))
  const clock = /^(\d{1,2})[:：](\d{2})$/.exec(typed)
  if (clock) {
    const at = stamp(local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate(), clock[1], clock[2], offset)
    if (at === undefined) return undefined
    return at > now ? at : at + DAY_MS
  }
  const day = /^(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})(?:[\st]+(\d{1,2})[:：](\d{2}))?$/.exec(typed)
  if (!day) return undefined
  const [, year, month, date, hour = '23', minute = '59'] = day
  const here = local.getUTCFullYear()
  const at = stamp(year ? Number(year) : here, Number(month), Number(date), hour, minute, offset)
  if (at === undefined || year || at > now) return at
  // At the end of December a date in January is meant for the year that comes.
  return stamp(here + 1, Number(month), Number(date), hour, minute, offset)
}

function stamp(year: number, month: number, date: number, hour: string | undefined, minute: string | undefined, offset: string): number | undefined {
  const [h, m] = [Number(hour), Number(minute)]
  const at = Date.UTC(year, month - 1, date, h, m)
  const whole = new Date(at)
  if (h > 23 || m > 59 || whole.getUTCMonth() !== month - 1 || whole.getUTCDate() !== date) return undefined
  return at - offsetMs(offset)
}

function offsetMs(offset: string): number {
  const [h = 0, m = 0] = offset.replace(/^[+-]/, '').split(':').map(Number)
  return (offset.startsWith('-') ? -1 : 1) * (h * 60 + m) * 60_000
}
