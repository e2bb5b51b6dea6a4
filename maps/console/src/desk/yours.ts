// What only the person at this desk can do, in order: nobody answers, confirmations by time left, too few hands,
// requests of others. Pure; which of it exists is said by the server, here it is gathered.
import type { AreaWarningView, CaseRow, Level, UnitView } from '@kit/wire/wire'
import type { Entry } from './case_book'

/** A ticket of a hotline that must be answered; the part of a case that older servers do not send. */
interface Reply {
  sighting_id: string
  source_ref: string | null
  reply_by?: string | null
  answered_at: string | null
}

export type Yours =
  | { kind: 'safety'; id: string; unit: UnitView; panic: boolean; at: number }
  | { kind: 'nobody'; id: string; row: CaseRow; nCalls: number; nextCall: number | null; at: number }
  | { kind: 'nobodyMore'; id: string; n: number; at: number }
  | { kind: 'confirm'; id: string; street: string; streets: readonly AreaWarningView[]; level: Level; rises: boolean; at: number }
  | { kind: 'short'; id: string; streets: readonly string[]; n: number; at: number }
  | { kind: 'handover'; id: string; row: CaseRow; to: string; incoming: boolean; at: number }
  | { kind: 'reply'; id: string; row: CaseRow; ref: string; at: number }

export interface Gathered {
  readonly entries: readonly Entry[]
  readonly areas: Iterable<AreaWarningView>
  readonly units: Iterable<UnitView>
  readonly calls: ReadonlyMap<string, number>
  readonly nextCall: number | null
  readonly now: number
  readonly commands: boolean
}

/** A reply is asked for from this time before it is due. */
const REPLY_NEAR_MS = 2 * 3_600_000
const ORDER = { safety: 0, nobody: 1, nobodyMore: 2, confirm: 3, short: 4, handover: 5, reply: 6 } as const
/** More cases that nobody answers are told in one line: it is one call for all of them. */
const NOBODY_MOST = 3

export function gatherYours(of: Gathered): Yours[] {
  const found: Yours[] = [...ofUnits(of.units), ...ofCases(of)]
  if (of.commands) found.push(...confirmations(of.areas))
  // Cases that nobody answers are in their order already: the more urgent before the older.
  return found.sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || (a.kind === 'nobody' ? 0 : a.at - b.at))
}

function ofUnits(units: Iterable<UnitView>): Yours[] {
  const found: Yours[] = []
  for (const unit of units) {
    const shift = unit.shift
    if (shift?.panic_at) found.push({ kind: 'safety', id: `panic:${unit.id}`, unit, panic: true, at: Date.parse(shift.panic_at) })
    else if (shift?.check_in_missed) {
      found.push({ kind: 'safety', id: `check-in:${unit.id}`, unit, panic: false, at: Date.parse(shift.check_in_by ?? shift.started_at) })
    }
  }
  return found
}

function ofCases(of: Gathered): Yours[] {
  const found: Yours[] = []
  const nobody: Entry[] = []
  const short = { streets: new Set<string>(), n: 0, at: Infinity }
  for (const entry of of.entries) {
    const { row, id } = entry
    if (entry.nobody) nobody.push(entry)
    const late = entry.handsBy
    if (late !== null && late <= of.now) {
      short.streets.add(row.jurisdiction.name)
      short.n += 1
      short.at = Math.min(short.at, late)
    }
    if (!entry.asked) continue
    if (row.hand_over && !row.hand_over.answer) {
      const { to, from, answer_by } = row.hand_over
      found.push({ kind: 'handover', id: `handover:${id}`, row, to: from ?? to, incoming: Boolean(from), at: Date.parse(answer_by) })
    }
    for (const reply of (row as CaseRow & { replies?: readonly Reply[] }).replies ?? []) {
      if (!reply.reply_by) continue
      const at = Date.parse(reply.reply_by)
      if (reply.answered_at || at - of.now > REPLY_NEAR_MS) continue
      found.push({ kind: 'reply', id: `reply:${reply.sighting_id}`, row, ref: reply.source_ref ?? '', at })
    }
  }
  found.push(...unanswered(nobody, of))
  if (short.n > 0) found.push({ kind: 'short', id: 'short', streets: [...short.streets], n: short.n, at: short.at })
  return found
}

/** The most urgent by themselves, the longest unanswered first; the rest as a number. */
function unanswered(entries: readonly Entry[], of: Gathered): Yours[] {
  const ordered = [...entries].sort((a, b) => a.key.priority - b.key.priority || a.key.at - b.key.at)
  const nAlone = ordered.length > NOBODY_MOST ? NOBODY_MOST - 1 : ordered.length
  const found = ordered.slice(0, nAlone).map(({ id, row, key }): Yours => ({
    kind: 'nobody', id: `nobody:${id}`, row, nCalls: of.calls.get(id) ?? 0, nextCall: of.nextCall, at: key.at,
  }))
  const rest = ordered.slice(nAlone)
  if (rest.length > 0) found.push({ kind: 'nobodyMore', id: 'nobody', n: rest.length, at: Math.min(...rest.map((entry) => entry.key.at)) })
  return found
}

const HEIGHT = { none: 0, blue: 1, yellow: 2, orange: 3 } as const

/** One line for each change of colour, with all its streets. */
function confirmations(areas: Iterable<AreaWarningView>): Yours[] {
  const changes = new Map<string, AreaWarningView[]>()
  for (const area of areas) {
    if (!area.confirm_by || area.confirmed_by) continue
    const change = area.change_id ?? area.jurisdiction
    changes.set(change, [...(changes.get(change) ?? []), area])
  }
  return [...changes].flatMap(([change, streets]) => {
    const first = streets[0]
    if (!first?.confirm_by) return []
    const worst = streets.reduce((a, b) => (HEIGHT[b.level] > HEIGHT[a.level] ? b : a))
    return [{
      kind: 'confirm' as const, id: `confirm:${change}`, street: first.jurisdiction, streets, level: worst.level,
      rises: worst.level !== 'none', at: Date.parse(first.confirm_by),
    }]
  })
}
