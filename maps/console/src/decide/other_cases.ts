// Other cases that one may mean: near by, or found by code, street or place. Pure.
import { caseCode } from '@kit/order/case_words'
import type { CaseRow } from '@kit/wire/wire'

export interface OtherCase {
  row: CaseRow
  metres: number | null
}

/** Listed at most. */
const SHOWN = 8
const METRES_A_DEGREE = 111_320

export function metresBetween(a: CaseRow['position'], b: CaseRow['position']): number | null {
  if (!a || !b) return null
  const north = (a.lat - b.lat) * METRES_A_DEGREE
  const east = (a.lon - b.lon) * METRES_A_DEGREE * Math.cos((a.lat * Math.PI) / 180)
  return Math.hypot(north, east)
}

/** Cases that are not closed, the nearest first; those without a position last. */
export function nearCases(row: CaseRow, cases: Iterable<CaseRow>): OtherCase[] {
  return others(row, cases).slice(0, SHOWN)
}

/** By code, street or place in words. */
export function foundCases(row: CaseRow, cases: Iterable<CaseRow>, text: string): OtherCase[] {
  const wanted = text.trim().toUpperCase()
  if (wanted === '') return nearCases(row, cases)
  return others(row, cases)
    .filter(({ row: other }) => [caseCode(other), other.jurisdiction.name, other.place?.name ?? '', other.id.toUpperCase()].some((word) => word.toUpperCase().includes(wanted)))
    .slice(0, SHOWN)
}

function others(row: CaseRow, cases: Iterable<CaseRow>): OtherCase[] {
  return [...cases]
    .filter((other) => other.id !== row.id && other.state !== 'closed' && !other.merged_into && other.drill === row.drill)
    .map((other) => ({ row: other, metres: metresBetween(row.position, other.position) }))
    .sort((a, b) => (a.metres ?? Infinity) - (b.metres ?? Infinity))
}
