// Times as rows write them: `HH:mm`, with the day only when that is not in the running night. Pure.
import { clockOf, dayOf } from '@kit/clock/durations'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** When the running night began: the last 16:00 of the district. */
export function nightBegin(now: number, offset: string): number {
  const sign = offset.startsWith('-') ? -1 : 1
  const [h = 0, m = 0] = offset.replace(/^[+-]/, '').split(':').map(Number)
  const shift = sign * (h * HOUR_MS + m * 60_000)
  const local = now + shift
  const begin = Math.floor(local / DAY_MS) * DAY_MS + 16 * HOUR_MS
  return (begin <= local ? begin : begin - DAY_MS) - shift
}

export function clockTonight(stamp: string, now: number): string {
  const offset = /[+-]\d\d:\d\d$/.exec(stamp)?.[0] ?? '+00:00'
  const begin = nightBegin(now, offset)
  const at = Date.parse(stamp)
  return at >= begin && at < begin + DAY_MS ? clockOf(stamp) : `${dayOf(stamp)} ${clockOf(stamp)}`
}
