// What counts as the same place, and how often somebody was there. Pure.
import type { CaseRow } from '@kit/wire/wire'

const METRES_A_DEGREE = 111_320

/** The square around a position as `west,south,east,north`; null without a position. */
export function spotOf(position: CaseRow['position'], aroundM: number): string | null {
  if (!position) return null
  const lat = aroundM / METRES_A_DEGREE
  const lon = lat / Math.cos((position.lat * Math.PI) / 180)
  return [position.lon - lon, position.lat - lat, position.lon + lon, position.lat + lat].map((x) => x.toFixed(6)).join(',')
}

export function countSince(rows: readonly CaseRow[], since: number): number {
  return rows.filter((row) => Date.parse(row.opened_at) >= since).length
}

/** Days on which cases were opened, as the district dates them. */
export function nDays(rows: readonly CaseRow[]): number {
  return new Set(rows.map((row) => row.opened_at.slice(0, 10))).size
}
