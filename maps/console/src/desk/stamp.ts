// A time in milliseconds as a stamp of the district: `2026-01-12T22:14:00+08:00`. Pure.

export function stampAt(ms: number, offset: string): string {
  const sign = offset.startsWith('-') ? -1 : 1
  const [h = 0, m = 0] = offset.replace(/^[+-]/, '').split(':').map(Number)
  return new Date(ms + sign * (h * 60 + m) * 60_000).toISOString().slice(0, 19) + offset
}
