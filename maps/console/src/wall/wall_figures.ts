// Tonight's figures for the wall: read again each minute and after every return of the connection.
import { read } from '@kit/ask/ask'
import type { FiguresView, FigureView } from '@kit/wire/wire'
import { computed, onBeforeUnmount, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { nightOf } from './wall_lists'

const READ_EVERY_MS = 60_000

export function useWallFigures() {
  const live = useLive()
  const figures = shallowRef<ReadonlyMap<string, FigureView>>(new Map())
  /** The server's time of the last answer. */
  const readAt = shallowRef<number | null>(null)
  const asking = new AbortController()
  let busy = false

  async function look(): Promise<void> {
    if (busy || !live.picture.complete) return
    busy = true
    const { from, to } = nightOf(live.clock.now(), live.offset)
    const answer = await read<FiguresView>(`/api/v1/figures?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`, asking.signal)
    busy = false
    if (!answer.ok) return
    figures.value = new Map(answer.value.items.filter(({ split }) => Object.keys(split).length === 0).map((figure) => [figure.id, figure]))
    readAt.value = live.clock.now()
  }

  const timer = setInterval(() => void look(), READ_EVERY_MS)
  watch(() => [live.picture.complete, live.connection.nConnections, live.connection.light === 'live'], () => void look(), { immediate: true })
  onBeforeUnmount(() => {
    clearInterval(timer)
    asking.abort()
  })
  const of = (id: string) => computed(() => figures.value.get(id) ?? null)
  return { of, readAt }
}
