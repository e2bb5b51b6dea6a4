// Times and lengths as the screens write them (`tokens.md`, section 4). Pure; milliseconds in, words out.

const pad = (n: number) => String(n).padStart(2, '0')

/** `mm:ss` under one hour, `H:mm:ss` above: for countdowns. */
export function clockLength(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000)
  const [h, m, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${pad(m)}:${pad(s)}`
}

export interface LengthWords {
  hour: string
  minute: string
  day: string
  second: string
}

/** `mm:ss` under one hour, hours and minutes above, days from 48 hours: for rows. */
export function rowLength(ms: number, words: LengthWords): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000)
  if (minutes < 60) return clockLength(ms)
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} ${words.hour} ${pad(minutes % 60)} ${words.minute}`
  return `${Math.floor(hours / 24)} ${words.day} ${hours % 24} ${words.hour}`
}

/** A rounded age: seconds, minutes, hours, days. */
export function ageLength(ms: number, words: LengthWords): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  if (s < 60) return `${s} ${words.second}`
  if (s < 3600) return `${Math.floor(s / 60)} ${words.minute}`
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} ${words.hour}`
  return `${Math.floor(s / 86_400)} ${words.day}`
}

/** The district's own clock: stamps carry its offset, so the text itself is the local time. */
export function clockOf(stamp: string): string {
  return stamp.slice(11, 16)
}
export function clockSecondsOf(stamp: string): string {
  return stamp.slice(11, 19)
}
export function dayOf(stamp: string): string {
  return stamp.slice(5, 10)
}

/** Milliseconds to `HH:mm:ss` in the offset of a stamp of the server, such as `+08:00`. */
export function wallClock(ms: number, offset: string, withSeconds = true): string {
  const sign = offset.startsWith('-') ? -1 : 1
  const [h = 0, m = 0] = offset.replace(/^[+-]/, '').split(':').map(Number)
  const local = new Date(ms + sign * (h * 60 + m) * 60_000)
  return local.toISOString().slice(11, withSeconds ? 19 : 16)
}

/** The offset at the end of a stamp. */
export function offsetOf(stamp: string): string {
  return /[+-]\d\d:\d\d$/.exec(stamp)?.[0] ?? '+00:00'
}

/** `HH:mm`, with the day in front where that is not today by the server's clock. */
export function clockWithDay(stamp: string, nowMs: number): string {
  const today = new Date(nowMs + offsetMs(stamp)).toISOString().slice(5, 10)
  return dayOf(stamp) === today ? clockOf(stamp) : `${dayOf(stamp)} ${clockOf(stamp)}`
}

function offsetMs(stamp: string): number {
  const offset = offsetOf(stamp)
  const sign = offset.startsWith('-') ? -1 : 1
  const [h = 0, m = 0] = offset.slice(1).split(':').map(Number)
  return sign * (h * 60 + m) * 60_000
}

/** `80 m`, `1.2 km`. */
export function distance(m: number): string {
  return m < 1000 ? `${Math.round(m)} m` : `${(m / 1000).toFixed(1)} km`
}

/** `−2 ℃` with a true minus. */
export function temperature(c: number): string {
  return `${c < 0 ? '−' : ''}${Math.abs(c)} ℃`
}
