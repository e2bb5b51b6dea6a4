// The colours of the page as plain values, read from its own table when the theme or the trust in the picture changes.
import { type Ink, type Palette, stalePalette } from '@kit/map/shapes'
import { nextTick, onMounted, type Ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { useTheme } from '../stores/theme'

const INKS: readonly Ink[] = [
  'ground', 'panel', 'raised', 'line-1', 'line-2', 'control', 'text-1', 'text-2', 'text-3', 'accent', 'mark-p0', 'mark-orange',
  'mark-yellow', 'mark-blue', 'mark-none', 'mark-missed', 'word-p0', 'word-orange', 'word-yellow', 'word-blue', 'word-none',
  'word-missed', 'tint-p0', 'tint-orange', 'tint-yellow', 'tint-blue', 'tint-none', 'edge-p0', 'edge-yellow', 'on-missed',
]

function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  return Object.fromEntries(INKS.map((ink) => [ink, style.getPropertyValue(`--${ink}`).trim() || 'transparent'])) as Record<Ink, string>
}

export function usePalette(element: Ref<HTMLElement | null>) {
  const live = useLive()
  const theme = useTheme()
  const palette = shallowRef<Palette | null>(null)

  async function look(): Promise<void> {
    // The attribute of the theme is written by another watcher of the same turn.
    await nextTick()
    if (!element.value) return
    const now = paletteOf(element.value)
    palette.value = live.stale ? stalePalette(now) : now
  }
  onMounted(look)
  watch(() => [theme.theme, live.stale], look, { flush: 'post' })
  return palette
}
