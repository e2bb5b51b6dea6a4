// One call as the desk takes it down: rows in the order in which callers speak, digits that choose, the report that
// becomes of it. Pure: a call and a key in, a call out.
import type { Spot } from '@kit/find/find_places'
import type { components } from '@kit/wire/api'
import type { PlaceLevel, PositionView, Sign } from '@kit/wire/wire'

type Shapes = components['schemas']
export type Report = Omit<Shapes['ReportSighting'], 'position'> & { position: Shapes['PositionView'] | null; note?: string }
export type AgeBand = Shapes['AgeBand']
type Source = Shapes['Source']

export const LINES = ['12345', '110', '962200', 'committee', 'self', 'other'] as const
export type Line = (typeof LINES)[number]
export const PEOPLE = ['1', '2', '3', '4', '0'] as const
export type People = (typeof PEOPLE)[number]
const LEVELS: readonly PlaceLevel[] = ['deck', 'underside', 'promenade', 'ground', 'indoor', 'basement']
const AGES: readonly AgeBand[] = ['0_13', '14_17', '18_59', '60_79', '80_plus']
export const CRITICAL: readonly Sign[] = [
  'unconscious', 'breathing_trouble', 'severe_bleeding', 'suspected_hypothermia', 'suspected_heat_stroke', 'violence',
  'self_harm', 'drowning_danger',
]
export const PROTECT: readonly Sign[] = [
  'suspected_dementia', 'suspected_mental_disorder', 'disabled', 'immobile', 'pregnant', 'infant_with_adult', 'suspected_lost',
  'suspected_trafficked', 'suspected_abused',
]
export const WORSE: readonly Sign[] = ['wet_clothing', 'no_bedding', 'intoxicated']

export const ROWS = ['source', 'place', 'level', 'people', 'age', 'critical', 'protect', 'worse', 'note'] as const
export type RowId = (typeof ROWS)[number]
export type ChoiceRowId = Exclude<RowId, 'place' | 'note'>

export interface Choice {
  digit: string
  value: string
}
export interface ChoiceRow {
  id: ChoiceRowId
  /** Several may be chosen; the same digit again takes one back. */
  many: boolean
  choices: readonly Choice[]
}

const counted = (values: readonly string[]): Choice[] => values.map((value, at) => ({ digit: String(at + 1), value }))
const unsure = (values: readonly string[]): Choice[] => [...counted(values), { digit: '0', value: 'unknown' }]

export const CHOICE_ROWS: Record<ChoiceRowId, ChoiceRow> = {
  source: { id: 'source', many: false, choices: counted(LINES) },
  level: { id: 'level', many: false, choices: unsure(LEVELS) },
  people: { id: 'people', many: false, choices: PEOPLE.map((value) => ({ digit: value, value })) },
  age: { id: 'age', many: false, choices: unsure(AGES) },
  critical: { id: 'critical', many: true, choices: counted(CRITICAL) },
  protect: { id: 'protect', many: true, choices: counted(PROTECT) },
  worse: { id: 'worse', many: true, choices: counted(WORSE) },
}

export interface Call {
  /** Id of the sighting, and so the key under which it counts once however often it is sent. */
  id: string
  /** Server's time of the first key, in milliseconds. */
  startedAt: number | null
  line: Line | null
  ticket: string
  /** As typed; see `reply.ts`. */
  reply: string
  replyBy: number | null
  spot: Spot | null
  placeText: string
  level: PlaceLevel | null
  people: People | null
  age: AgeBand | null
  signs: readonly Sign[]
  note: string
  emergencyCalls: readonly Shapes['EmergencyCall'][]
}

export function newCall(id: string): Call {
  return {
    id, startedAt: null, line: null, ticket: '', reply: '', replyBy: null, spot: null, placeText: '', level: null, people: null, age: null,
    signs: [], note: '', emergencyCalls: [],
  }
}

/** Nothing has been said yet. */
export function isBlank(call: Call): boolean {
  return call.startedAt === null
}

export function chosen(call: Call, row: ChoiceRowId): readonly string[] {
  const one = { source: call.line, level: call.level, people: call.people, age: call.age }
  if (row in one) {
    const value = one[row as keyof typeof one]
    return value === null ? [] : [value]
  }
  return call.signs
}

/** Chooses in a row; in a row of several the same again takes it back. */
export function choose(call: Call, row: ChoiceRowId, value: string): Call {
  switch (row) {
    case 'source':
      return { ...call, line: value as Line }
    case 'level':
      return { ...call, level: value as PlaceLevel }
    case 'people':
      return { ...call, people: value as People }
    case 'age':
      return { ...call, age: value as AgeBand }
    default: {
      const sign = value as Sign
      const signs = call.signs.includes(sign) ? call.signs.filter((one) => one !== sign) : [...call.signs, sign]
      return { ...call, signs }
    }
  }
}

/** A digit in a row; a digit that the row does not have changes nothing. */
export function press(call: Call, row: RowId, digit: string): Call {
  if (row === 'place' || row === 'note') return call
  const choice = CHOICE_ROWS[row].choices.find((one) => one.digit === digit)
  return choice ? choose(call, row, choice.value) : call
}

/** The place is known now; its level is taken over where the caller has not said another. */
export function chooseSpot(call: Call, spot: Spot): Call {
  const level = spot.level && spot.level !== 'unknown' ? spot.level : call.level
  // A street is where to look; the words after it say the spot.
  const placeText = spot.kind === 'street' ? `${spot.name} ` : spot.name
  return { ...call, spot, placeText, level }
}

/** Somebody pointed at it on the map; the words stay. */
export function pickSpot(call: Call, position: PositionView): Call {
  const key = `picked:${position.lon.toFixed(6)},${position.lat.toFixed(6)}`
  return { ...call, spot: { key, kind: 'picked', name: '', placeId: null, level: null, jurisdiction: null, position } }
}

/** Other words make another place; a street stays as long as the words begin with it. */
export function typePlace(call: Call, text: string): Call {
  const stays = call.spot?.kind === 'picked' || (call.spot && (call.spot.kind === 'street' ? text.startsWith(call.spot.name) : text === call.spot.name))
  return { ...call, placeText: text, spot: stays ? call.spot : null }
}

export function nextRow(row: RowId, step: 1 | -1): RowId {
  const at = ROWS.indexOf(row) + step
  return ROWS[Math.max(0, Math.min(ROWS.length - 1, at))] ?? row
}

export function hasCritical(call: Call): boolean {
  return call.signs.some((sign) => CRITICAL.includes(sign))
}

const SOURCE_OF_LINE: Record<Line, Source> = {
  '12345': 'hotline', '110': 'hotline', '962200': 'hotline', committee: 'department', self: 'self', other: 'public',
}

export type Lacking = 'source' | 'place' | 'people'

/** What must be known before a report can be made of it, in the order of the rows. */
export function lacking(call: Call): Lacking[] {
  const list: Lacking[] = []
  if (!call.line) list.push('source')
  if (!call.spot && call.placeText.trim() === '') list.push('place')
  if (!call.people) list.push('people')
  return list
}

/** The report. `at` is when the call came, by the server's clock; what is lacking is taken as least said. */
export function reportOf(call: Call, at: number, means: { offline?: boolean; drill?: boolean } = {}): Report {
  const people = call.people ?? '1'
  const signs = [...call.signs]
  if (people === '0') signs.push('bedding_only')
  const name = call.placeText.trim() || (call.spot?.name ?? '')
  const stamp = new Date(at).toISOString()
  return {
    source: call.line ? SOURCE_OF_LINE[call.line] : 'hotline',
    source_ref: call.ticket.trim() || null,
    reply_by: call.replyBy === null ? null : new Date(call.replyBy).toISOString(),
    seen_at: stamp,
    signs,
    n_people: Number(people),
    more_people: people === '4',
    place: name ? { id: call.spot?.placeId ?? null, name, level: call.level } : null,
    position: call.spot?.position ? { ...call.spot.position } : null,
    description: call.age && call.age !== 'unknown' ? { age_band: call.age } : null,
    ...(call.note.trim() ? { note: call.note.trim() } : {}),
    emergency_calls: call.emergencyCalls.map((one) => ({ ...one })),
    ...(means.offline ? { offline: true, recorded_at: stamp } : {}),
    ...(means.drill ? { drill: true } : {}),
  }
}

/** The row under which a refusal belongs, by the pointer that the server gives. */
export function rowOfPointer(pointer: string | undefined, report: Report | null): RowId | 'ticket' | null {
  const [, head = '', index = ''] = (pointer ?? '').split('/')
  switch (head) {
    case 'source':
      return 'source'
    case 'source_ref':
    case 'reply_by':
      return 'ticket'
    case 'place':
      return pointer === '/place/level' ? 'level' : 'place'
    case 'position':
      return 'place'
    case 'n_people':
    case 'more_people':
      return 'people'
    case 'description':
      return 'age'
    case 'note':
      return 'note'
    case 'emergency_calls':
      return 'critical'
    case 'signs': {
      const sign = report?.signs[Number(index)]
      if (!sign || CRITICAL.includes(sign)) return 'critical'
      return PROTECT.includes(sign) ? 'protect' : WORSE.includes(sign) ? 'worse' : 'people'
    }
    default:
      return null
  }
}
