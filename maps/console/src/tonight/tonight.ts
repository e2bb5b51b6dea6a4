// The figures of one night, read again each minute and soon after events while the night runs, and the cases behind them.
import { type Problem, read } from '@kit/ask/ask'
import type { CaseRow, FiguresView } from '@kit/wire/wire'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { Figures } from './figures'
import { type Night, nightAt, nightBeside, nightOf, stampOf } from './night'

const AGAIN_MS = 60_000
/** Events come in bursts; the figures follow them at most this often. */
const AFTER_EVENTS_MS = 10_000
const PAGE = 500
/** As many pages as a busy month has; what lies behind is shown by its code. */
const PAGES_MAX = 6

export function useTonight() {
  const live = useLive()
  /** Null: the night that runs, whichever that is. */
  const chosen = ref<string | null>(null)
  const current = computed(() => nightAt(live.now, live.offset).date)
  const night = computed<Night>(() => (chosen.value && nightOf(chosen.value, live.offset)) || nightAt(live.now, live.offset))
  const isCurrent = computed(() => night.value.date === current.value)
  const figures = shallowRef<Figures | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const readAt = ref<number | null>(null)
  let running: AbortController | null = null
  let soon: ReturnType<typeof setTimeout> | null = null

  async function load(): Promise<void> {
    running?.abort()
    running = new AbortController()
    const { from, to } = night.value
    const query = new URLSearchParams({ from: stampOf(from, live.offset), to: stampOf(to, live.offset) })
    const answer = await read<FiguresView>(`/api/v1/figures?${query}`, running.signal)
    if (!answer.ok) {
      if (answer.problem.code !== 'aborted') problem.value = answer.problem
      return
    }
    figures.value = new Figures(answer.value.items)
    problem.value = null
    readAt.value = live.clock.now()
  }

  watch(
    [() => night.value.date, () => live.offset, () => live.picture.complete],
    ([date, offset, complete], before) => {
      if (!complete) return
      if (before && (before[0] !== date || before[1] !== offset)) figures.value = null
      void load()
    },
    { immediate: true },
  )
  const again = setInterval(() => {
    if (isCurrent.value && !live.stale) void load()
  }, AGAIN_MS)
  const stop = live.onNotables(() => {
    if (!isCurrent.value) return
    soon ??= setTimeout(() => {
      soon = null
      if (!live.stale) void load()
    }, AFTER_EVENTS_MS)
  })
  onScopeDispose(() => {
    clearInterval(again)
    if (soon) clearTimeout(soon)
    stop()
    running?.abort()
  })

  function choose(date: string | null): void {
    if (date !== null && !nightOf(date, live.offset)) return
    chosen.value = date === null || date >= current.value ? null : date
  }
  function step(by: 1 | -1): void {
    choose(nightBeside(night.value, by, live.offset).date)
  }
  return { night, isCurrent, current, figures, problem, readAt, load, choose, step }
}

/** Rows of the cases that are asked for: from the picture, and those that have left it from the server. */
export function useCaseRows(ids: () => readonly string[]) {
  const live = useLive()
  const left = shallowRef<ReadonlyMap<string, CaseRow>>(new Map())
  const asked = new Set<string>()
  let turn = 0

  watch(
    () => ids().filter((id) => !live.picture.cases.has(id) && !left.value.has(id) && !asked.has(id)).join(),
    async (missing) => {
      if (missing === '') return
      turn += 1
      const own = turn
      const wanted = new Set(missing.split(','))
      let cursor: string | null = null
      for (let page = 0; page < PAGES_MAX && wanted.size > 0; page += 1) {
        const query: URLSearchParams = new URLSearchParams({ limit: String(PAGE), ...(cursor ? { cursor } : {}) })
        const answer: Awaited<ReturnType<typeof read<{ items: CaseRow[]; next: string | null }>>> = await read(`/api/v1/cases?${query}`)
        if (!answer.ok || own !== turn) return
        const next = new Map(left.value)
        for (const row of answer.value.items) {
          next.set(row.id, row)
          wanted.delete(row.id)
        }
        left.value = next
        cursor = answer.value.next
        if (!cursor) break
      }
      for (const id of wanted) asked.add(id)
    },
    { immediate: true },
  )
  return (id: string): CaseRow | null => live.picture.cases.get(id) ?? left.value.get(id) ?? null
}
