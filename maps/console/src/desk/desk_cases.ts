// The list of the desk as a store: the book of cases kept true by the live picture, tab, filter and saved views, and
// which rows wait for a better place while a hand is on the list.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { useSession } from '../stores/session'
import { CaseBook, type Entry } from './case_book'
import { type ListFilter, NO_FILTER, type SavedView, type Tab, isFiltering, lookThrough, readViews } from './list_filter'
import { HeldOrder } from './held_order'

/** The list is made anew at most this often; rows count down between. */
const EVERY_MS = 150
/** So many cases are taken in at once; more in the next turn, so that keys and pointer stay alive. */
const TURN_MOST = 1_500
/** In a flood the list is shown at least so often. */
const SHOWN_EVERY_MS = 500
const CLOSED_STAYS_MS = 10_000
const KEPT_VIEWS = 'lamplighter.views'

export const useDeskCases = defineStore('desk-cases', () => {
  const live = useLive()
  const session = useSession()
  const book = new CaseBook()
  const order = new HeldOrder()
  const closedAt = new Map<string, number>()

  /** Grows with every change of the book. */
  const version = ref(0)
  const tab = ref<Tab>('all')
  const filter = shallowRef<ListFilter>(NO_FILTER)
  const views = shallowRef<readonly SavedView[]>(readViews(keptViews()))
  const decided = shallowRef<ReadonlySet<string>>(new Set())
  const held = ref(false)
  const rows = shallowRef<readonly Entry[]>([])
  const nMoved = ref(0)
  /** Whether the first whole picture stands in the book. */
  const complete = ref(false)

  /** Touched since the book last took something in; null asks it to compare the whole picture. */
  let touched: Set<string> | null = null
  let moved = new Set<string>()
  let shownAt = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const isGone = (entry: Entry) => performance.now() - (closedAt.get(entry.id) ?? 0) > CLOSED_STAYS_MS
  const looked = computed(() => {
    void version.value
    const mine = { account: session.session?.account ?? null, unit: session.session?.unit ?? null, decided: decided.value }
    return lookThrough(book.sorted, tab.value, filter.value, mine, isGone)
  })
  const filtering = computed(() => isFiltering(filter.value))

  function takeIn(): void {
    timer = null
    const ids = touched === null ? null : firstOf(touched, TURN_MOST)
    if (ids === null) touched = new Set()
    else for (const id of ids) touched?.delete(id)
    for (const id of ids ? book.take(live.picture, ids) : book.take(live.picture)) moved.add(id)
    for (const id of ids ?? []) {
      const entry = book.get(id)
      if (!entry || entry.row.state !== 'closed') closedAt.delete(id)
      else if (!closedAt.has(id)) {
        closedAt.set(id, performance.now())
        setTimeout(() => (version.value += 1), CLOSED_STAYS_MS + 50)
      }
    }
    const more = touched !== null && touched.size > 0
    if (more) timer = setTimeout(takeIn, 0)
    if (more && performance.now() - shownAt < SHOWN_EVERY_MS) return
    shownAt = performance.now()
    complete.value = live.picture.complete
    version.value += 1
  }
  function soon(): void {
    timer ??= setTimeout(takeIn, complete.value ? EVERY_MS : 0)
  }
  live.onTouched((ids, whole) => {
    if (whole) touched = null
    else if (touched) for (const id of ids) touched.add(id)
    soon()
  })
  soon()

  watch([looked, held], () => {
    rows.value = order.next(looked.value.rest, moved, held.value)
    nMoved.value = order.nWaiting
    moved = new Set()
  })
  // A tab or filter of the person's own choosing shows its rows at once.
  watch([tab, filter], takeOrder, { flush: 'post' })

  function takeOrder(): void {
    rows.value = order.release(looked.value.rest)
    nMoved.value = 0
  }

  live.onNotables((notables) => {
    const account = session.session?.account
    const found = notables.flatMap((notable) => notable.timeline.filter((line) => line.by === account).map((line) => line.case_id))
    if (found.length > 0) decided.value = new Set([...decided.value, ...found])
  })

  function keepViews(next: readonly SavedView[]): void {
    views.value = next
    try {
      localStorage.setItem(KEPT_VIEWS, JSON.stringify(next))
    } catch {
      // A browser without storage forgets the views with the page.
    }
  }
  function saveView(name: string): void {
    const view = { name, tab: tab.value, filter: filter.value }
    keepViews([...views.value.filter((other) => other.name !== name), view])
  }
  function useView(view: SavedView): void {
    tab.value = view.tab
    filter.value = view.filter
  }

  /** The ids in the order of the screen: mortal danger first. */
  const shownIds = (): string[] => [...looked.value.urgent, ...rows.value].map((entry) => entry.id)
  const nWaiting = computed(() => looked.value.nWaiting)
  const find = (id: string): Entry | undefined => (void version.value, book.get(id))
  const entries = computed<readonly Entry[]>(() => (void version.value, book.sorted))
  /** Open cases of each street, and cases in follow-up, in one pass. */
  const counts = computed(() => {
    const nOpen = new Map<string, number>()
    let nFollowUp = 0
    for (const { row } of entries.value) {
      if (row.state === 'open') nOpen.set(row.jurisdiction.code, (nOpen.get(row.jurisdiction.code) ?? 0) + 1)
      else if (row.state === 'follow_up') nFollowUp += 1
    }
    return { nOpen, nFollowUp }
  })

  return {
    version, entries, counts, tab, filter, filtering, views, held, rows, nMoved, looked, shownIds, nWaiting, known: complete,
    find, takeOrder, saveView, useView, removeView: (name: string) => keepViews(views.value.filter((view) => view.name !== name)),
  }
})

function keptViews(): string | null {
  try {
    return localStorage.getItem(KEPT_VIEWS)
  } catch {
    return null
  }
}

function firstOf(ids: ReadonlySet<string>, most: number): ReadonlySet<string> {
  if (ids.size <= most) return new Set(ids)
  const first = new Set<string>()
  for (const id of ids) {
    if (first.size >= most) break
    first.add(id)
  }
  return first
}
