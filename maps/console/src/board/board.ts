// The board of escalations: one row for each case or change of colour, one column for each department, by tier; and the
// list of whom to call now. Pure: the picture and the server's time in, rows out.
import type { Picture } from '@kit/fold/picture'
import type { CaseRow, EscalationView, Level, Tier } from '@kit/wire/wire'

export const COLUMNS = ['police', 'city_management', 'emergency', 'health', 'civil_affairs', 'rescue_station', 'street'] as const
export type Column = (typeof COLUMNS)[number]
export const TIERS: readonly Tier[] = [1, 2, 3]

/** Where one escalation stands. */
export type Standing = 'answered' | 'late' | 'declined' | 'transferred' | 'part' | 'running' | 'missed' | 'ended' | 'informed'

export interface BoardRow {
  key: string
  tier: Tier
  case: CaseRow | null
  /** Of a change of colour: its streets, its colour, how many cases it answers for. */
  jurisdictions: readonly string[]
  level: Level | null
  nCases: number
  openedAt: string
  cells: ReadonlyMap<Column, readonly EscalationView[]>
}

export interface TierGroup {
  tier: Tier
  rows: readonly BoardRow[]
  /** How many of each column were asked, and how many have answered. */
  counts: ReadonlyMap<Column, { asked: number; answered: number }>
}

export interface Board {
  groups: readonly TierGroup[]
  asked: number
  answered: number
  running: number
  missed: number
}

export function standingOf(one: EscalationView, now: number): Standing {
  if (one.for_information) return 'informed'
  if (one.declined) return 'declined'
  if (one.transferred_to) return 'transferred'
  if (one.acknowledged_at) return one.late ? 'late' : one.part ? 'part' : 'answered'
  if (one.ended) return 'ended'
  if (one.missed_at || (one.acknowledge_by && Date.parse(one.acknowledge_by) <= now)) return 'missed'
  return 'running'
}

const ANSWERED: ReadonlySet<Standing> = new Set(['answered', 'late', 'declined', 'transferred', 'part'])
export function isAnswered(one: EscalationView, now: number): boolean {
  return ANSWERED.has(standingOf(one, now))
}
/** Somebody must still be reached. */
export function isOpen(one: EscalationView, now: number): boolean {
  const standing = standingOf(one, now)
  return standing === 'running' || standing === 'missed'
}

/** When its limit was or is, in milliseconds: a missed one keeps the moment it was missed. */
export function limitOf(one: EscalationView): number {
  return Date.parse(one.missed_at ?? one.acknowledge_by ?? one.opened_at)
}

export function columnOf(department: string): Column | null {
  if (department.startsWith('street_')) return 'street'
  return COLUMNS.find((column) => column === department) ?? null
}

export function boardOf(picture: Pick<Picture, 'cases' | 'escalations'>, now: number): Board {
  const ofCases = new Map<string, EscalationView[]>()
  const ofAreas: EscalationView[] = []
  for (const one of picture.escalations.values()) {
    // What an area's escalation answers for, or what a fall of colour ended, is no row of its own.
    if (one.for_information || one.ended === 'joined_area' || one.ended === 'colour_fell') continue
    if (one.case_id) ofCases.set(one.case_id, [...(ofCases.get(one.case_id) ?? []), one])
    else ofAreas.push(one)
  }
  const rows: BoardRow[] = []
  for (const [id, escalations] of ofCases) {
    const row = picture.cases.get(id)
    // A case that is looked after stays only while somebody must still answer.
    if (!row || (row.state !== 'open' && !escalations.some((one) => isOpen(one, now)))) continue
    rows.push(caseRow(row, escalations))
  }
  for (const together of areasTogether(ofAreas)) rows.push(areaRow(together))
  rows.sort((a, b) => compareRows(a, b, now))
  const groups = TIERS.map((tier) => groupOf(tier, rows.filter((row) => row.tier === tier), now)).filter((group) => group.rows.length > 0)
  const all = rows.flatMap(escalationsOf)
  return {
    groups,
    asked: all.length,
    answered: all.filter((one) => isAnswered(one, now)).length,
    running: all.filter((one) => standingOf(one, now) === 'running').length,
    missed: all.filter((one) => standingOf(one, now) === 'missed').length,
  }
}

export function escalationsOf(row: BoardRow): EscalationView[] {
  return [...row.cells.values()].flat()
}

function caseRow(row: CaseRow, escalations: readonly EscalationView[]): BoardRow {
  return {
    key: `case:${row.id}`, tier: row.tier.value, case: row, jurisdictions: [row.jurisdiction.code], level: row.warning_level.value, nCases: 1,
    openedAt: row.opened_at, cells: cellsOf(escalations),
  }
}

function areaRow(escalations: readonly EscalationView[]): BoardRow {
  const streets = [...new Set(escalations.flatMap((one) => one.jurisdictions))].sort()
  const tier = escalations[0]?.tier ?? 3
  const said = escalations[0]?.reasons.map((reason) => (reason.facts as { area_level?: Level }).area_level).find(Boolean)
  return {
    key: `area:${tier}:${streets.join()}`, tier, case: null, jurisdictions: streets, level: said ?? null,
    nCases: new Set(escalations.flatMap((one) => one.cases)).size, openedAt: escalations.map((one) => one.opened_at).sort()[0] ?? '',
    cells: cellsOf(escalations),
  }
}

/** Escalations of areas of one tier that share streets are one change of colour, however it was widened since. */
function areasTogether(escalations: readonly EscalationView[]): EscalationView[][] {
  const sets: { tier: Tier; streets: Set<string>; of: EscalationView[] }[] = []
  for (const one of escalations) {
    const meets = sets.filter((set) => set.tier === one.tier && one.jurisdictions.some((code) => set.streets.has(code)))
    const joined = { tier: one.tier, streets: new Set(one.jurisdictions), of: [one] }
    for (const set of meets) {
      for (const code of set.streets) joined.streets.add(code)
      joined.of.push(...set.of)
      sets.splice(sets.indexOf(set), 1)
    }
    sets.push(joined)
  }
  return sets.map((set) => set.of)
}

function cellsOf(escalations: readonly EscalationView[]): Map<Column, EscalationView[]> {
  const cells = new Map<Column, EscalationView[]>()
  for (const one of escalations) {
    const column = columnOf(one.department)
    if (column) cells.set(column, [...(cells.get(column) ?? []), one])
  }
  for (const cell of cells.values()) cell.sort((a, b) => (a.department < b.department ? -1 : 1))
  return cells
}

function groupOf(tier: Tier, rows: readonly BoardRow[], now: number): TierGroup {
  const counts = new Map<Column, { asked: number; answered: number }>()
  for (const row of rows) {
    for (const [column, cell] of row.cells) {
      const before = counts.get(column) ?? { asked: 0, answered: 0 }
      counts.set(column, { asked: before.asked + cell.length, answered: before.answered + cell.filter((one) => isAnswered(one, now)).length })
    }
  }
  return { tier, rows, counts }
}

/** P0 first, oldest first; then missed, longest first; then running, least time left first; then what is answered. */
function compareRows(a: BoardRow, b: BoardRow, now: number): number {
  const [x, y] = [urgency(a, now), urgency(b, now)]
  return x.band - y.band || x.at - y.at || (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0) || (a.key < b.key ? -1 : 1)
}

function urgency(row: BoardRow, now: number): { band: number; at: number } {
  const opened = Date.parse(row.openedAt)
  if (row.case?.priority.value === 'P0' && row.case.state === 'open') return { band: 0, at: opened }
  const open = escalationsOf(row).filter((one) => isOpen(one, now))
  const missed = open.filter((one) => standingOf(one, now) === 'missed').map(limitOf)
  if (missed.length > 0) return { band: 1, at: Math.min(...missed) }
  if (open.length > 0) return { band: 2, at: Math.min(...open.map(limitOf)) }
  return { band: 3, at: opened }
}

export interface CallEntry {
  escalation: EscalationView
  row: BoardRow
}

/** Whom to call now: missed longest first, then least time left. */
export function callsOf(board: Board, now: number): CallEntry[] {
  const entries = board.groups.flatMap((group) => group.rows.flatMap((row) => escalationsOf(row).map((escalation) => ({ escalation, row }))))
  const order = ({ escalation }: CallEntry) => (standingOf(escalation, now) === 'missed' ? 0 : 1)
  return entries
    .filter(({ escalation }) => isOpen(escalation, now))
    .sort((a, b) => order(a) - order(b) || limitOf(a.escalation) - limitOf(b.escalation) || (a.escalation.id < b.escalation.id ? -1 : 1))
}

/** The newest answers, newest first. */
export function answersOf(board: Board, n: number): CallEntry[] {
  const entries = board.groups.flatMap((group) => group.rows.flatMap((row) => escalationsOf(row).map((escalation) => ({ escalation, row }))))
  return entries
    .filter(({ escalation }) => escalation.acknowledged_at)
    .sort((a, b) => ((a.escalation.acknowledged_at ?? '') < (b.escalation.acknowledged_at ?? '') ? 1 : -1))
    .slice(0, n)
}
