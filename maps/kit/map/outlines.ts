// The borders of streets as the server gives them, laid into world units. Pure.
import type { JurisdictionView } from '../wire/wire'
import { around, type Bounds, worldX, worldY, type WorldPoint } from './mercator'

export type Ring = readonly (readonly [number, number])[]
export interface OutlineFeature {
  type: 'Feature'
  properties: { code?: string | null; name?: string | null; sketch?: boolean; kind?: string }
  geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] } | null
}
export interface Outlines {
  type: 'FeatureCollection'
  features: OutlineFeature[]
}

/** A street with what of its border is known. */
export interface Street {
  code: string
  name: string
  /** No survey: drawn dashed and said so. */
  sketch: boolean
  /** Rings of all its parts in world units; empty where no border is known. */
  rings: WorldPoint[][]
  /** The same in degrees, as MapLibre takes it. */
  geometry: NonNullable<OutlineFeature['geometry']> | null
  /** A point for its label where no border is known. */
  centre: WorldPoint | null
}

function parts(geometry: OutlineFeature['geometry']): Ring[] {
  if (!geometry) return []
  return geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
}

/** Streets in the order of their codes: from borders where there are some, else from their centres. */
export function streetsOf(outlines: Outlines | null, jurisdictions: readonly JurisdictionView[]): Street[] {
  const streets = new Map<string, Street>()
  for (const place of jurisdictions) {
    const centre = place.centre ? { x: worldX(place.centre.lon), y: worldY(place.centre.lat) } : null
    streets.set(place.code, { code: place.code, name: place.name, sketch: false, rings: [], geometry: null, centre })
  }
  for (const { properties, geometry } of outlines?.features ?? []) {
    if (properties.kind === 'district' || !properties.code) continue
    const known = streets.get(properties.code)
    streets.set(properties.code, {
      code: properties.code,
      name: properties.name ?? known?.name ?? properties.code,
      sketch: properties.sketch === true,
      rings: parts(geometry).map((ring) => ring.map(([lon, lat]) => ({ x: worldX(lon), y: worldY(lat) }))),
      geometry,
      centre: known?.centre ?? null,
    })
  }
  return [...streets.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** What all streets cover; without borders their centres with as much again around them. */
export function extentOf(streets: readonly Street[]): Bounds | null {
  const points: WorldPoint[] = []
  for (const street of streets) {
    if (street.rings.length > 0) for (const ring of street.rings) points.push(...ring)
    else if (street.centre) {
      const margin = 4e-5
      const { x, y } = street.centre
      points.push({ x: x - margin, y: y - margin }, { x: x + margin, y: y + margin })
    }
  }
  return around(points)
}

/** Whether a point lies in a street; holes count as outside. */
export function inside(rings: readonly (readonly WorldPoint[])[], at: WorldPoint): boolean {
  let within = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i]
      const b = ring[j]
      if (!a || !b) continue
      if (a.y > at.y !== b.y > at.y && at.x < ((b.x - a.x) * (at.y - a.y)) / (b.y - a.y) + a.x) within = !within
    }
  }
  return within
}
