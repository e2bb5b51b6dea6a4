// Which cases a list shows: the tab, the filter, the saved views. Pure.
import type { Level, Priority, Tier } from '@kit/wire/wire'
import type { Entry } from './case_book'

export type Tab = 'all' | 'waiting' | 'mine' | 'unanswered'
export const TABS: readonly Tab[] = ['all', 'waiting', 'mine', 'unanswered']

export interface ListFilter {
  readonly streets: readonly string[]
  readonly tiers: readonly Tier[]
  readonly levels: readonly Level[]
  readonly priorities: readonly Priority[]
}

export const NO_FILTER: ListFilter = { streets: [], tiers: [], levels: [], priorities: [] }

export function isFiltering(filter: ListFilter): boolean {
  return filter.streets.length + filter.tiers.length + filter.levels.length + filter.priorities.length > 0
}

const among = <T>(wanted: readonly T[], value: T) => wanted.length === 0 || wanted.includes(value)

export function passes(entry: Entry, filter: ListFilter): boolean {
  const { row } = entry
  return (
    among(filter.streets, row.jurisdiction.code) &&
    among(filter.tiers, row.tier.value) &&
    among(filter.levels, row.warning_level.value) &&
    among(filter.priorities, row.priority.value)
  )
}

export interface Mine {
  readonly account: string | null
  readonly unit: string | null
  /** Cases on which this person decided something since the page was opened. */
  readonly decided: ReadonlySet<string>
}

/** A case that this person took, offered to others, or decided something on. */
export function isMine(entry: Entry, mine: Mine): boolean {
  if (mine.account === null) return false
  if (mine.decided.has(entry.id)) return true
  if (entry.row.taken?.by === mine.account || entry.row.hand_over?.by === mine.account) return true
  return mine.unit !== null && entry.row.units.includes(mine.unit)
}

export function inTab(entry: Entry, tab: Tab, mine: Mine): boolean {
  switch (tab) {
    case 'all': return true
    case 'waiting': return entry.waits
    case 'mine': return isMine(entry, mine)
    case 'unanswered': return entry.nobody
  }
}

export interface Looked {
  /** Mortal danger first: they have rows of their own. */
  readonly urgent: readonly Entry[]
  readonly rest: readonly Entry[]
  readonly counts: Readonly<Record<Tab, number>>
  /** How many there are without the filter, and how many of them wait for a hand. */
  readonly nAll: number
  readonly nWaiting: number
}

/** One pass over the sorted cases: what stands in the list and what the tabs count. */
export function lookThrough(sorted: readonly Entry[], tab: Tab, filter: ListFilter, mine: Mine, gone: (entry: Entry) => boolean): Looked {
  const counts = { all: 0, waiting: 0, mine: 0, unanswered: 0 }
  const urgent: Entry[] = []
  const rest: Entry[] = []
  const filtering = isFiltering(filter)
  let nAll = 0
  let nWaiting = 0
  for (const entry of sorted) {
    if (entry.row.state === 'closed' && gone(entry)) continue
    nAll += 1
    if (entry.waits) nWaiting += 1
    if (filtering && !passes(entry, filter)) continue
    const own = isMine(entry, mine)
    counts.all += 1
    if (entry.waits) counts.waiting += 1
    if (own) counts.mine += 1
    if (entry.nobody) counts.unanswered += 1
    if (tab === 'waiting' ? !entry.waits : tab === 'mine' ? !own : tab === 'unanswered' && !entry.nobody) continue
    if (entry.key.band === 0) urgent.push(entry)
    else rest.push(entry)
  }
  return { urgent, rest, counts, nAll, nWaiting }
}

export interface SavedView {
  readonly name: string
  readonly tab: Tab
  readonly filter: ListFilter
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [])

/** Reads what an earlier page kept; what is not understood is left out. */
export function readViews(text: string | null): SavedView[] {
  if (!text) return []
  let kept: unknown
  try {
    kept = JSON.parse(text)
  } catch {
    return []
  }
  if (!Array.isArray(kept)) return []
  return kept.flatMap((item: Partial<SavedView> | null) => {
    if (!item || typeof item.name !== 'string' || item.name === '') return []
    const filter = (item.filter ?? {}) as Partial<Record<keyof ListFilter, unknown>>
    return [{
      name: item.name,
      tab: TABS.find((tab) => tab === item.tab) ?? 'all',
      filter: {
        streets: strings(filter.streets),
        tiers: (Array.isArray(filter.tiers) ? filter.tiers : []).filter((tier): tier is Tier => [1, 2, 3].includes(tier as number)),
        levels: strings(filter.levels) as Level[],
        priorities: strings(filter.priorities) as Priority[],
      },
    }]
  })
}
