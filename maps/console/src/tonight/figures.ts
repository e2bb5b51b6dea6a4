// What the figures of the server are on the page: seven heads, four charts, and the cases behind each. Pure. A figure that
// the server does not have is absent; nothing is reckoned here but which figure stands where.
import type { FigureView } from '@kit/wire/wire'
import { HOURS } from './night'

type Figure = FigureView & { counted?: readonly string[] }
type Split = Readonly<Record<string, string>>

/** The figures of one answer, found by name and split. */
export class Figures {
  private readonly byKey = new Map<string, Figure>()

  constructor(readonly items: readonly FigureView[]) {
    for (const item of items) this.byKey.set(keyOf(item.id, item.split), item)
  }

  one(id: string, split: Split = {}): Figure | null {
    return this.byKey.get(keyOf(id, split)) ?? null
  }

  /** All values of a split by one name, each with its figure. */
  by(id: string, name: string): { value: string; figure: Figure }[] {
    return this.items
      .filter((item) => item.id === id && Object.keys(item.split).length === 1 && item.split[name] !== undefined)
      .map((figure) => ({ value: figure.split[name] ?? '', figure }))
  }

  /** Of several figures that could stand in a place the first that the server has. */
  first(...ids: readonly string[]): Figure | null {
    return ids.map((id) => this.one(id)).find((figure) => figure !== null) ?? null
  }
}

function keyOf(id: string, split: Split): string {
  return `${id}|${Object.entries(split).sort().map(([name, value]) => `${name}=${value}`).join('|')}`
}

export type PartWord =
  | 'patrol' | 'called_in' | 'open' | 'follow_up' | 'closed' | 'visited' | 'met_cases' | 'items_only' | 'no_trace' | 'place_unclear'
  | 'unreachable' | 'refused' | 'street_aid' | 'late' | 'not_yet' | 'resources' | 'on_time' | 'missed'

export interface Part {
  word: PartWord
  n: number
}
/** The cases behind a figure, in the lists that may be asked for. */
export interface Behind {
  key: string
  cases: readonly string[]
}
export type HeadId = 'reports' | 'cases' | 'met' | 'not_found' | 'offers' | 'revisits' | 'beds'
export interface Head {
  id: string
  /** The server's own name, where the page has no shorter one. */
  name: { text: string; text_en: string }
  value: number | null
  of: number | null
  parts: readonly Part[]
  behind: readonly Behind[]
  /** Things behind it that are no cases. */
  others: readonly string[]
}

/** The seven heads of the desk. */
export function headsOf(figures: Figures): Head[] {
  const heads: (Head | null)[] = [
    head('reports', figures.first('reports_by_hour', 'reports'), (figure) => ({ value: figure.value ?? null, parts: ways(figures) })),
    head('cases', figures.one('cases'), (figure) => ({
      value: figure.value ?? null,
      parts: [
        part('open', figures.one('cases_standing', { state: 'open' })),
        part('follow_up', figures.one('cases_standing', { state: 'follow_up' })),
        part('closed', figures.one('cases_closed')),
      ],
    })),
    head('met', figures.one('people_met'), (figure) => ({
      value: figure.value ?? null,
      parts: [part('visited', figures.one('found')), { word: 'met_cases', n: figure.n }],
    })),
    head('not_found', figures.one('not_found'), (figure) => ({ value: figure.value ?? null, parts: details(figures) })),
    head('offers', figures.first('offers_accepted', 'accepted'), (figure) => ({
      value: figure.n_counted,
      of: figure.n,
      parts: [part('refused', figures.one('refused')), part('street_aid', figures.one('outcomes', { outcome: 'street_aid' }))],
      behind: shared(figure, 'accepted', 'not_accepted'),
    })),
    revisits(figures),
    head('beds', figures.one('beds_free'), (figure) => ({ value: figure.value ?? null, parts: [{ word: 'resources', n: figure.n }] })),
  ]
  return heads.filter((one): one is Head => one !== null)
}

/** The ministry's own counting units, as the server names them. */
export const MINISTRY = ['people', 'rounds', 'coverage', 'in_station', 'on_street', 'items', 'second_offer_accepted'] as const
export function ministryOf(figures: Figures): Head[] {
  return MINISTRY.map((id) =>
    head(id, figures.one(id), (figure) => (figure.unit === 'share' ? { value: figure.n_counted, of: figure.n, behind: shared(figure, 'counted', 'not_counted') } : { value: figure.value ?? null })),
  ).filter((one): one is Head => one !== null)
}

function head(id: string, figure: Figure | null, more: (figure: Figure) => Partial<Omit<Head, 'parts'>> & { parts?: (Part | null)[] }): Head | null {
  if (!figure) return null
  const { parts = [], ...rest } = more(figure)
  return {
    id, name: { text: figure.name, text_en: figure.name_en }, value: null, of: null, behind: [{ key: 'all', cases: figure.cases }], others: figure.others,
    ...rest, parts: parts.filter((one): one is Part => one !== null),
  }
}

function part(word: PartWord, figure: Figure | null): Part | null {
  return figure ? { word, n: figure.n } : null
}

function ways(figures: Figures): (Part | null)[] {
  const [patrol, called] = [figures.one('reports_by_hour', { way: 'patrol' }), figures.one('reports_by_hour', { way: 'called_in' })]
  if (patrol || called) return [part('patrol', patrol), part('called_in', called)]
  const sources = figures.by('reports', 'source')
  const other = sources.filter((one) => one.value !== 'patrol').reduce((n, one) => n + one.figure.n, 0)
  return [part('patrol', figures.one('reports', { source: 'patrol' })), sources.length > 0 ? { word: 'called_in', n: other } : null]
}

const NOT_FOUND: readonly PartWord[] = ['items_only', 'no_trace', 'place_unclear', 'unreachable']
function details(figures: Figures): (Part | null)[] {
  return NOT_FOUND.map((word) => part(word, figures.one('not_found', { detail: word })))
}

/** All, those that count and the others, where the server says which count. */
function shared(figure: Figure, counted: string, others: string): Behind[] {
  const all: Behind = { key: 'all', cases: figure.cases }
  if (!figure.counted) return [all]
  const count = new Set(figure.counted)
  return [all, { key: counted, cases: figure.counted }, { key: others, cases: figure.cases.filter((id) => !count.has(id)) }]
}

function revisits(figures: Figures): Head | null {
  const due = figures.one('refusals_due')
  if (!due) {
    return head('revisits', figures.one('revisits_on_time'), (figure) => ({
      value: figure.n_counted, of: figure.n, parts: [{ word: 'late', n: figure.n - figure.n_counted }], behind: shared(figure, 'on_time', 'late'),
    }))
  }
  const of = (timing: string) => figures.one('refusals_due', { timing })
  const [onTime, late, notYet] = [of('on_time'), of('late'), of('not_yet')]
  return head('revisits', due, (figure) => ({
    value: onTime?.n ?? 0,
    of: figure.n,
    parts: [part('late', late), part('not_yet', notYet)],
    behind: [
      { key: 'all', cases: figure.cases },
      { key: 'on_time', cases: onTime?.cases ?? [] },
      { key: 'late', cases: late?.cases ?? [] },
      { key: 'not_yet', cases: notYet?.cases ?? [] },
    ],
  }))
}

export interface HourBar {
  hour: string
  patrol: number
  calledIn: number
  /** Reports whose way the server does not say. */
  unsaid: number
  cases: readonly string[]
}
export function hoursOf(figures: Figures): HourBar[] {
  const id = figures.one('reports_by_hour') ? 'reports_by_hour' : 'reports'
  return HOURS.map((hour) => {
    const all = figures.one(id, { hour })
    const of = (way: string) => figures.one(id, { 'hour+way': `${hour}+${way}` })?.n ?? 0
    const [patrol, calledIn] = [of('patrol'), of('called_in')]
    return { hour, patrol, calledIn, unsaid: (all?.n ?? 0) - patrol - calledIn, cases: all?.cases ?? [] }
  })
}

export interface Slice {
  value: string
  n: number
  cases: readonly string[]
}
/** What came of those met, or why help was refused: the most first. */
export function slicesOf(figures: Figures, id: string, split: string): Slice[] {
  return figures
    .by(id, split)
    .map(({ value, figure }) => ({ value, n: figure.n, cases: figure.cases }))
    .sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))
}

export const SPEEDS = ['report_to_acknowledge', 'acknowledge_to_site', 'site_to_outcome'] as const
export type SpeedId = (typeof SPEEDS)[number]
export type SpeedSplit = 'priority' | 'tier' | 'jurisdiction'
export interface Speed {
  value: string
  median: number | null
  p90: number | null
  n: number
  cases: readonly string[]
}
/** Medians and what nine in ten stay under, in minutes. */
export function speedsOf(figures: Figures, id: SpeedId, split: SpeedSplit): Speed[] {
  return figures
    .by(`${id}.median`, split)
    .map(({ value, figure }) => ({
      value, median: figure.value ?? null, p90: figures.one(`${id}.p90`, { [split]: value })?.value ?? null, n: figure.n, cases: figure.cases,
    }))
    .sort((a, b) => (a.value < b.value ? -1 : 1))
}

export const STREET_COLUMNS = ['cases', 'met', 'not_found', 'refused', 'acknowledge', 'missed'] as const
export type StreetColumn = (typeof STREET_COLUMNS)[number]
export interface StreetCell {
  n: number | null
  cases: readonly string[]
}
/** One cell of the table of streets; the whole district without a code. Null where the server has no such figure. */
export function streetCell(figures: Figures, column: StreetColumn, code: string | null): StreetCell | null {
  const split: Split = code === null ? {} : { jurisdiction: code }
  const ids: Record<StreetColumn, string> = {
    cases: 'cases', met: 'people_met', not_found: 'not_found', refused: 'refused', acknowledge: 'report_to_acknowledge.median', missed: 'deadlines_missed',
  }
  const id = ids[column]
  const figure = figures.one(id, split)
  // A figure that the server has, but of which this street has nothing.
  if (!figure) return figures.one(id) ? { n: column === 'acknowledge' ? null : 0, cases: [] } : null
  if (column === 'acknowledge') return { n: figure.value ?? null, cases: figure.cases }
  if (column === 'missed') return { n: figure.n_counted, cases: figure.counted ?? figure.cases }
  return { n: figure.n, cases: figure.cases }
}
