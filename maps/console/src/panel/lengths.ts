// Lengths of time as the panel writes them beside a deadline. Pure.
import type { LengthWords } from '@kit/clock/durations'

/** A whole limit: `2 分`, `45 分`, `2 时`, `1 时 30 分`, `3 天`; under a minute in seconds. */
export function limitLength(ms: number, words: LengthWords): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} ${words.second}`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120 && minutes % 60 !== 0) return `${minutes} ${words.minute}`
  if (minutes < 48 * 60) {
    const rest = minutes % 60
    return rest === 0 ? `${minutes / 60} ${words.hour}` : `${Math.floor(minutes / 60)} ${words.hour} ${rest} ${words.minute}`
  }
  return `${Math.round(minutes / 1440)} ${words.day}`
}
