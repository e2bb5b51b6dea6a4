// A clock time typed in a form: of the newest day on which it lies not in the future. Pure.
import { wallClock } from '@kit/clock/durations'

export function clockNow(nowMs: number, offset: string): string {
  return wallClock(nowMs, offset, false)
}

/** `HH:mm` by the district's clock as a stamp; null where it is no time. */
export function stampOf(clock: string, nowMs: number, offset: string): string | null {
  if (!/^\d\d:\d\d$/.test(clock)) return null
  const sign = offset.startsWith('-') ? -1 : 1
  const [h = 0, m = 0] = offset.slice(1).split(':').map(Number)
  const offsetMs = sign * (h * 60 + m) * 60_000
  const day = new Date(nowMs + offsetMs).toISOString().slice(0, 10)
  let at = Date.parse(`${day}T${clock}:00${offset}`)
  if (at > nowMs) at -= 86_400_000
  return `${new Date(at + offsetMs).toISOString().slice(0, 19)}${offset}`
}
