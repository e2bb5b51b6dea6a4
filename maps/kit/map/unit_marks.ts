// Units as marks of the map with honest ages: the fix and the last word of a unit are two things. Pure.
import type { UnitPositionView, UnitView } from '../wire/wire'
import { worldX, worldY } from './mercator'

/** `old`: the fix is older than five minutes; `silent`: nothing was heard for ten. */
export type Freshness = 'fresh' | 'old' | 'silent'
export const OLD_AFTER_MS = 5 * 60_000
export const SILENT_AFTER_MS = 10 * 60_000

export interface UnitMark {
  id: string
  x: number
  y: number
  lon: number
  lat: number
  /** Its number, else the first character of its name. */
  label: string
  freshness: Freshness
  fix_at: string
  heard_at: string
}

export type HeardPosition = UnitPositionView & { heard_at?: string | null }

export function unitLabel(name: string): string {
  return /\d{1,3}/.exec(name)?.[0] ?? [...name.trim()][0] ?? '?'
}

export function freshnessOf(position: HeardPosition, now: number): Freshness {
  const heard = Date.parse(position.heard_at ?? position.at)
  if (now - heard > SILENT_AFTER_MS) return 'silent'
  return now - Date.parse(position.at) > OLD_AFTER_MS ? 'old' : 'fresh'
}

/** Offline nobody is known to be anywhere: everything is drawn silent. */
export function unitMarks(
  units: ReadonlyMap<string, UnitView>,
  positions: ReadonlyMap<string, HeardPosition>,
  now: number,
  stale: boolean,
): UnitMark[] {
  const marks: UnitMark[] = []
  for (const [id, position] of positions) {
    const unit = units.get(id)
    // A unit that is off duty leaves the map with its shift.
    if (unit && !unit.shift) continue
    const { lon, lat } = position.position
    marks.push({
      id,
      x: worldX(lon),
      y: worldY(lat),
      lon,
      lat,
      label: unitLabel(unit?.name ?? id),
      freshness: stale ? 'silent' : freshnessOf(position, now),
      fix_at: position.at,
      heard_at: position.heard_at ?? position.at,
    })
  }
  return marks
}
