// What lets a wall run for days: it scales with its screen, and takes new pages when the server has them.
import { onBeforeUnmount, onMounted, ref } from 'vue'

const LOOK_EVERY_MS = 60_000
/** A page that has just been loaded is not loaded again at once, whatever the server says. */
const LEAST_LIFE_MS = 30_000
const DESIGNED_WIDTH_PX = 1920
const LEAST_SCALE = 0.7
const ROOT_PX = 16

/** The page is drawn for 1920 px; a screen of 3840 px shows the same, twice as large. */
export function useWallScale() {
  const scale = ref(1)
  function fit(): void {
    scale.value = Math.max(LEAST_SCALE, window.innerWidth / DESIGNED_WIDTH_PX)
    document.documentElement.style.fontSize = `${scale.value * ROOT_PX}px`
  }
  onMounted(() => {
    fit()
    window.addEventListener('resize', fit)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('resize', fit)
    document.documentElement.style.fontSize = ''
  })
  return scale
}

/** The names of the page's files carry their content: another text of the page means another console. */
async function pageText(signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(location.pathname, { cache: 'no-store', signal, headers: { Accept: 'text/html' } })
    return response.ok ? await response.text() : null
  } catch {
    return null
  }
}

export function useFreshPages(): void {
  const stop = new AbortController()
  const started = performance.now()
  let first: string | null = null
  async function look(): Promise<void> {
    const text = await pageText(stop.signal)
    if (text === null) return
    first ??= text
    if (text !== first && performance.now() - started > LEAST_LIFE_MS) location.reload()
  }
  let timer: ReturnType<typeof setInterval> | null = null
  onMounted(() => {
    void look()
    timer = setInterval(() => void look(), LOOK_EVERY_MS)
  })
  onBeforeUnmount(() => {
    if (timer) clearInterval(timer)
    stop.abort()
  })
}
