// By when the other system wants its answer, as an officer types it: days, hours, `01-18 01:25`, `08:30`. Pure.

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** What a length is called where it is typed. */
export interface LengthNames {
  day: readonly string[]
  hour: readonly string[]
}

/** Milliseconds since 1970; null when nothing is typed; undefined when it cannot be understood. */
export function replyTime(text: string, now: number, offset: string, names: LengthNames): number | null | undefined {
  const typed = text.trim().toLowerCase()
  if (typed === '') return null
  const [, number = '', name = ''] = /^(\d{1,3})\s*(\D+)$/.exec(typed) ?? []
  const unit = names.day.includes(name) ? DAY_MS : names.hour.includes(name) ? HOUR_MS : 0
  if (unit > 0) return Number(number) === 0 ? undefined : now + Number(number) * unit
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
