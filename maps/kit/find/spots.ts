// What a caller may name: named places, resources, places of cases, streets. Pure; the same name in a street stands once.
import type { CaseRow, JurisdictionView, PlaceView, ResourceView } from '../wire/wire'
import type { Spot } from './find_places'

/** A street says where somebody is only to about this many metres. */
export const STREET_ACCURACY_M = 1500

export interface Sources {
  places: Iterable<PlaceView>
  resources: Iterable<ResourceView>
  cases: Iterable<CaseRow>
  streets: Iterable<JurisdictionView>
}

export function spotsOf({ places, resources, cases, streets }: Sources): Spot[] {
  const spots = new Map<string, Spot>()
  const add = (spot: Spot) => {
    const said = `${spot.jurisdiction ?? ''} ${spot.name}`
    if (!spots.has(said)) spots.set(said, spot)
  }
  for (const place of places) {
    add({
      key: `place:${place.id}`, kind: 'place', name: place.name, placeId: place.id, level: place.level ?? null,
      jurisdiction: place.jurisdiction ?? null, position: place.position ?? null,
    })
  }
  for (const resource of resources) {
    add({
      key: `resource:${resource.id}`, kind: 'resource', name: resource.name, placeId: null, level: null, jurisdiction: null,
      position: resource.position ?? null,
    })
  }
  for (const row of cases) {
    const name = row.place?.name
    if (!name) continue
    add({
      key: `case:${row.id}`, kind: 'case', name, placeId: row.place?.id ?? null, level: row.place?.level ?? null,
      jurisdiction: row.jurisdiction.code, position: row.position ?? null,
    })
  }
  for (const street of streets) {
    const centre = street.centre ?? null
    add({
      key: `street:${street.code}`, kind: 'street', name: street.name, placeId: null, level: null, jurisdiction: street.code,
      position: centre && { ...centre, accuracy_m: STREET_ACCURACY_M },
    })
  }
  return [...spots.values()]
}
