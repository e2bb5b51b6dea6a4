// What stands on the wall: who has not answered and how late, the next deadlines, the signals. Streets and departments
// only: no place in words, no person. Pure.
import { clockOf, dayOf, wallClock } from '@kit/clock/durations'
import type { Picture } from '@kit/fold/picture'
import { type Shape, shapeOf } from '@kit/map/case_points'
import { compareKeys, nextDeadline, sortKey } from '@kit/order/case_order'
import type { CaseRow, EscalationView, SignalView } from '@kit/wire/wire'
import type { Words } from '@kit/words/zh'
import { nightAt } from '../tonight/night'

export interface WaitingDepartment {
  id: string
  name: string
  /** Of the one that is worst. */
  facts: string
  /** How many it has not answered. */
  n: number
  by: number
  missed: boolean
}

interface Names {
  departments: ReadonlyMap<string, string>
  streets: ReadonlyMap<string, string>
  words: Words
}

const waits = (one: EscalationView) =>
  Boolean(one.acknowledge_by) && !one.acknowledged_at && !one.ended && !one.declined && !one.for_information

/** One line a department, by its worst: missed longest first, then least time left. */
export function waitingDepartments(picture: Picture, names: Names): WaitingDepartment[] {
  const byDepartment = new Map<string, EscalationView[]>()
  for (const one of picture.escalations.values()) {
    if (!waits(one)) continue
    const known = byDepartment.get(one.department)
    if (known) known.push(one)
    else byDepartment.set(one.department, [one])
  }
  const lines = [...byDepartment].map(([id, all]): WaitingDepartment => {
    const worst = all.reduce((a, b) => ((b.acknowledge_by ?? '') < (a.acknowledge_by ?? '') ? b : a))
    return {
      id,
      name: names.departments.get(id) ?? names.streets.get(id) ?? id,
      facts: factsOf(worst, picture, names),
      n: all.length,
      by: Date.parse(worst.acknowledge_by ?? ''),
      missed: Boolean(worst.missed_at),
    }
  })
  return lines.sort((a, b) => Number(b.missed) - Number(a.missed) || a.by - b.by || (a.id < b.id ? -1 : 1))
}

function factsOf(one: EscalationView, picture: Picture, { streets, words }: Names): string {
  const tier = words.common.tier[one.tier]
  const row = one.case_id ? picture.cases.get(one.case_id) : undefined
  if (row) return [tier, row.priority.value, row.jurisdiction.name].join(' · ')
  const codes = one.jurisdictions
  const only = codes.length === 1 ? streets.get(codes[0] ?? '') : undefined
  return [tier, words.map.wall.area, only ?? words.map.wall.streets(codes.length)].join(' · ')
}

/** When a department last answered. */
export function lastAnswer(picture: Picture): string | null {
  let last: string | null = null
  for (const { acknowledged_at } of picture.escalations.values()) if (acknowledged_at && (!last || acknowledged_at > last)) last = acknowledged_at
  return last
}

export interface NextCase {
  id: string
  shape: Shape
  row: CaseRow
  street: string
  facts: string
  at: number
  missed: boolean
}

/** The first of the list of cases that have a deadline. */
export function nextCases(picture: Picture, n: number, words: Words): NextCase[] {
  const rows = [...picture.cases.values()].filter((row) => row.state !== 'closed' && nextDeadline(row).kind !== 'none')
  return rows
    .map((row) => ({ row, key: sortKey(row) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .slice(0, n)
    .flatMap(({ row }): NextCase[] => {
      const next = nextDeadline(row)
      if (next.kind === 'none') return []
      const facts = [words.common.priority[row.priority.value], words.common.tier[row.tier.value], words.common.deadline[next.deadline.kind]]
      return [{ id: row.id, shape: shapeOf(row), row, street: row.jurisdiction.name, facts: facts.join(' · '), at: next.at, missed: next.kind === 'missed' }]
    })
}

/** Open P0 for which nobody has confirmed a call to 120. */
export function nNot120(picture: Picture): number {
  let n = 0
  for (const row of picture.cases.values()) {
    if (row.state === 'open' && row.priority.value === 'P0' && !row.emergency_calls.some((call) => call.number === '120')) n += 1
  }
  return n
}

/** The official signals in force, each once, the newest first. */
export function signalsInForce(picture: Picture): SignalView[] {
  const found = new Map<string, SignalView>()
  for (const area of picture.areaWarnings.values()) {
    for (const signal of area.signals) if (signal.colour) found.set(signal.id, signal)
  }
  return [...found.values()].sort((a, b) => (a.issued_at < b.issued_at ? 1 : -1))
}

export function openByStreet(picture: Picture): ReadonlyMap<string, number> {
  const n = new Map<string, number>()
  for (const row of picture.cases.values()) {
    if (row.state === 'open') n.set(row.jurisdiction.code, (n.get(row.jurisdiction.code) ?? 0) + 1)
  }
  return n
}

export interface Beds {
  free: number | null
  /** The oldest of the reports that the number rests on. */
  saidAt: string | null
}

export function bedsFree(picture: Picture): Beds {
  let free: number | null = null
  let saidAt: string | null = null
  for (const resource of picture.resources.values()) {
    if (resource.beds_free === null || resource.beds_free === undefined) continue
    free = (free ?? 0) + resource.beds_free
    if (resource.said_at && (!saidAt || resource.said_at < saidAt)) saidAt = resource.said_at
  }
  return { free, saidAt }
}

/** The night of the figures: the one that runs, by day the one that ended last. */
export function nightOf(now: number, offset: string): { from: string; to: string; fromDay: string; toDay: string } {
  const night = nightAt(now, offset)
  const stamp = (ms: number) => `${dateAt(ms, offset)}T${wallClock(ms, offset)}${offset}`
  const [from, to] = [stamp(night.from), stamp(night.to)]
  return { from, to, fromDay: from.slice(5, 10), toDay: to.slice(5, 10) }
}

/** `HH:mm`, with the day only where that is not this night. */
export function clockOfNight(stamp: string, now: number, offset: string): string {
  const { from } = nightOf(now, offset)
  return Date.parse(stamp) >= Date.parse(from) ? clockOf(stamp) : `${dayOf(stamp)} ${clockOf(stamp)}`
}

function dateAt(ms: number, offset: string): string {
  const [, sign = '+', h = '0', m = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? []
  return new Date(ms + (sign === '-' ? -1 : 1) * (Number(h) * 60 + Number(m)) * 60_000).toISOString().slice(0, 10)
}
