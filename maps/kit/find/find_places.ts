// Finds a place by its characters, by pinyin or by initials, mixed as they come. Pure: spots and readings in, matches out.
import type { PlaceLevel, PositionView } from '../wire/wire'
import type { Readings } from './readings'

/** `picked`: pointed at on a map; it is in no index. */
export type SpotKind = 'place' | 'case' | 'resource' | 'street' | 'picked'

/** Something that a caller may name. */
export interface Spot {
  /** Unique among all spots. */
  key: string
  kind: SpotKind
  name: string
  /** Id of the named place, where it is one. */
  placeId: string | null
  level: PlaceLevel | null
  /** Code of the street. */
  jurisdiction: string | null
  position: PositionView | null
}

export interface Match {
  spot: Spot
  /** Characters of the name that the words account for. */
  found: ReadonlySet<number>
  /** Higher is better. */
  score: number
}

interface Indexed {
  spot: Spot
  characters: readonly string[]
  syllables: readonly (readonly string[])[]
}

export type PlaceIndex = readonly Indexed[]

/** A query longer than this is a sentence and no name. */
const QUERY_MAX = 40
/** A spot that answers to other letters than it is written with counts less than one found by its own characters. */
const OWN_CHARACTER = 4
const WHOLE_SYLLABLE = 3
const INITIAL = 2
const AT_START = 6
const AT_WORD = 3
const KIND_SCORE: Record<SpotKind, number> = { place: 3, resource: 2, case: 1, street: 0, picked: 0 }

export function indexPlaces(spots: readonly Spot[], read: Readings): PlaceIndex {
  return spots.map((spot) => ({
    spot,
    characters: [...spot.name.toLowerCase()],
    syllables: read(spot.name),
  }))
}

/** The best matches first; every word of the query must be found somewhere in the name. */
export function findPlaces(index: PlaceIndex, query: string, limit: number): Match[] {
  const words = query.trim().toLowerCase().slice(0, QUERY_MAX).split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const matches: Match[] = []
  for (const entry of index) {
    const found = new Set<number>()
    let score = KIND_SCORE[entry.spot.kind]
    const all = words.every((word) => {
      const best = bestRun(entry, word)
      if (!best) return false
      for (const at of best.found) found.add(at)
      score += best.score
      return true
    })
    if (all) matches.push({ spot: entry.spot, found, score })
  }
  const length = (match: Match) => match.spot.name.length
  matches.sort((a, b) => b.score - a.score || length(a) - length(b) || (a.spot.key < b.spot.key ? -1 : 1))
  return matches.slice(0, limit)
}

interface Run {
  found: readonly number[]
  score: number
}

function bestRun(entry: Indexed, word: string): Run | null {
  const letters = [...word]
  const known = new Map<number, Run | null>()
  let best: Run | null = null
  for (let start = 0; start < entry.characters.length; start += 1) {
    if (isGap(entry.characters[start])) continue
    const run = runFrom(entry, letters, start, 0, known)
    if (!run) continue
    const place = start === 0 ? AT_START : isGap(entry.characters[start - 1]) ? AT_WORD : 0
    const score = run.score / letters.length + place
    if (!best || score > best.score) best = { found: run.found, score }
  }
  return best
}

/** The best way in which the letters from `at` on are said by the characters from `start` on, without leaving one out. */
function runFrom(entry: Indexed, letters: readonly string[], start: number, at: number, known: Map<number, Run | null>): Run | null {
  if (at === letters.length) return { found: [], score: 0 }
  if (start >= entry.characters.length) return null
  if (isGap(entry.characters[start]) && !isGap(letters[at])) return runFrom(entry, letters, start + 1, at, known)
  const key = start * (QUERY_MAX + 1) + at
  const before = known.get(key)
  if (before !== undefined) return before
  let best: Run | null = null
  const tryStep = (n: number, score: number): void => {
    const rest = runFrom(entry, letters, start + 1, at + n, known)
    const whole = rest && { found: [start, ...rest.found], score: score + rest.score }
    if (whole && (!best || whole.score > (best as Run).score)) best = whole
  }
  if (entry.characters[start] === letters[at]) tryStep(1, OWN_CHARACTER)
  for (const syllable of entry.syllables[start] ?? []) {
    // Any beginning of a syllable says its character, the whole of it best.
    for (let n = 1; n <= syllable.length && syllable[n - 1] === letters[at + n - 1]; n += 1) {
      tryStep(n, n === syllable.length ? n * WHOLE_SYLLABLE : n * INITIAL)
    }
  }
  known.set(key, best)
  return best
}

function isGap(character: string | undefined): boolean {
  return character === ' ' || character === '·' || character === '　'
}
