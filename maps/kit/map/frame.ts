// Everything that one look of the map shows: what a renderer needs and nothing else. Pure shapes, no stores.
import type { Level } from '../wire/wire'
import type { CasePoint } from './case_points'
import type { Mark } from './clusters'
import type { WorldPoint } from './mercator'
import type { Street } from './outlines'
import type { Palette } from './shapes'
import type { StreetLabel } from './street_labels'
import type { UnitMark } from './unit_marks'

export interface Spot {
  id: string
  kind: 'place' | 'resource'
  x: number
  y: number
  lon: number
  lat: number
  name: string
  /** Free beds; null where nobody said, or for a place. */
  beds: number | null
}

export interface StreetColour {
  level: Level
  extreme: boolean
}

export interface Layers {
  cases: boolean
  /** Cases that wait for their next visit; a missed one is always shown. */
  revisits: boolean
  units: boolean
  resources: boolean
  places: boolean
  accuracy: boolean
  base: boolean
}

export interface Frame {
  streets: readonly Street[]
  colours: ReadonlyMap<string, StreetColour>
  labels: readonly StreetLabel[]
  marks: readonly Mark[]
  units: readonly UnitMark[]
  spots: readonly Spot[]
  selected: CasePoint | null
  /** What the keyboard stands on. */
  focused: WorldPoint | null
  /** From the selected case to each of its units. */
  links: readonly UnitMark[]
  layers: Layers
  palette: Palette
  /** The word on a missed case. */
  missedWord: string
  /** 1 on a desk; larger on a wall. */
  scale: number
}
