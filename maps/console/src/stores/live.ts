// The live picture of the page: the connection fills a queue, the queue is folded in turns, the pages read the result.
import { ServerClock } from '@kit/clock/server_clock'
import { offsetOf } from '@kit/clock/durations'
import { type Notable, NOTHING, type Picture, fold } from '@kit/fold/picture'
import { Connection, type ConnectionState } from '@kit/live/connection'
import type { FeedMessage } from '@kit/wire/feed'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

/** Messages are folded together at most this often; a person does not see the difference, the lists do. */
const FOLD_EVERY_MS = 100
/** The longest turn of folding; what is left waits for the next one, so that keys and pointer stay alive. */
const TURN_MS = 40
/** Messages folded between two looks at the clock. */
const PORTION = 32
/** The clock on screen. */
const TICK_MS = 1_000
/** How long changed rows are marked, and how long the band says that the page is back. */
const MARKED_MS = 4_000
const RESTORED_MS = 5_000

export const useLive = defineStore('live', () => {
  const clock = new ServerClock()
  const picture = shallowRef<Picture>(NOTHING)
  const connection = shallowRef<ConnectionState>({ light: 'connecting', heardAt: null, ended: null, nConnections: 0, retry: null })
  /** Server's time in milliseconds; changes once a second, and at once with the first word of the server. */
  const now = ref(Date.now())
  /** When the page last heard anything, by the server's clock. */
  const knownAt = ref<number | null>(null)
  /** Cases that changed a moment ago, with the time until which they are marked (`performance.now`). */
  const marked = shallowRef<ReadonlyMap<string, number>>(new Map())
  const restored = ref<number | null>(null)
  const listeners = new Set<(notables: readonly Notable[]) => void>()
  const touchListeners = new Set<(touched: readonly string[], whole: boolean) => void>()

  let queue: FeedMessage[] = []
  let turn: ReturnType<typeof setTimeout> | null = null
  let wasOffline = false
  let nMissed = 0

  const live = new Connection({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`,
    position: () => {
      const { epoch, seq, complete } = picture.value
      return complete && epoch !== null ? { epoch, seq } : null
    },
    receive: (message) => {
      queue.push(message)
      turn ??= setTimeout(takeTurn, FOLD_EVERY_MS)
    },
    changed: (state) => {
      if (state.light === 'offline') wasOffline = true
      if (state.light !== connection.value.light || state.ended !== connection.value.ended) connection.value = state
      else if (state.light !== 'live') connection.value = state
    },
  })

  function takeTurn(): void {
    turn = null
    const started = performance.now()
    let touched: string[] = []
    let whole = false
    const notables: Notable[] = []
    let next = picture.value
    // One fold for all that waits where that is little; a burst is taken in portions.
    while (queue.length > 0 && performance.now() - started < TURN_MS) {
      const portion = queue.splice(0, PORTION)
      const folded = fold(next, portion)
      const first = !next.complete && folded.picture.complete
      whole ||= first || portion.some((message) => message.type === 'snapshot')
      next = folded.picture
      if (!first) touched = touched.concat([...folded.touched])
      notables.push(...folded.notables)
      if (folded.clock) clock.heard(folded.clock.now, folded.clock.rate)
      if (folded.needsSnapshot) live.askForSnapshot()
    }
    picture.value = next
    now.value = clock.now()
    knownAt.value = now.value
    if (whole || touched.length > 0) for (const listener of touchListeners) listener(touched, whole)
    if (touched.length > 0) mark(touched)
    if (wasOffline && next.complete) {
      nMissed += notables.length
      if (queue.length === 0) {
        wasOffline = false
        restored.value = nMissed
        nMissed = 0
        setTimeout(() => (restored.value = null), RESTORED_MS)
      }
    }
    if (notables.length > 0) for (const listener of listeners) listener(notables)
    if (queue.length > 0) turn = setTimeout(takeTurn, 0)
  }

  function mark(ids: readonly string[]): void {
    const until = performance.now() + MARKED_MS
    const next = new Map([...marked.value].filter(([, at]) => at > performance.now()))
    for (const id of ids) next.set(id, until)
    marked.value = next
  }

  let ticking: ReturnType<typeof setInterval> | null = null
  function start(): void {
    ticking ??= setInterval(() => {
      now.value = clock.now()
      if (marked.value.size > 0) mark([])
    }, TICK_MS)
    live.start()
  }

  function stop(): void {
    if (ticking) clearInterval(ticking)
    ticking = null
    live.stop()
  }

  /** Forgets everything; the next start takes a snapshot. */
  function forget(): void {
    stop()
    queue = []
    picture.value = NOTHING
    for (const listener of touchListeners) listener([], true)
  }

  /** Tells of every event of the feed; gives back how to stop. */
  function onNotables(listener: (notables: readonly Notable[]) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Tells which cases were touched, or that the whole picture is new. */
  function onTouched(listener: (touched: readonly string[], whole: boolean) => void): () => void {
    touchListeners.add(listener)
    return () => touchListeners.delete(listener)
  }

  /** The offset in which the district writes its times. */
  const offset = computed(() => {
    for (const row of picture.value.cases.values()) return offsetOf(row.opened_at)
    for (const area of picture.value.areaWarnings.values()) if (area.since) return offsetOf(area.since)
    return '+08:00'
  })
  const stale = computed(() => connection.value.light === 'offline' || connection.value.light === 'ended')

  return { picture, connection, now, knownAt, marked, restored, offset, stale, start, stop, forget, onNotables, onTouched, clock, retryNow: () => live.retryNow() }
})
