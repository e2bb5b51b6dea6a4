// Night from 16:00 to 08:00 by the server's clock, or by hand.
import { wallClock } from '@kit/clock/durations'
import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'
import { useLive } from './live'

export type Theme = 'night' | 'day'
const KEPT = 'lamplighter.theme'

export const useTheme = defineStore('theme', () => {
  const live = useLive()
  const byHand = ref<Theme | null>(kept())
  const byClock = computed<Theme>(() => {
    const hour = Number(wallClock(live.now, live.offset).slice(0, 2))
    return hour >= 16 || hour < 8 ? 'night' : 'day'
  })
  const theme = computed<Theme>(() => byHand.value ?? byClock.value)

  watchEffect(() => {
    document.documentElement.dataset.theme = theme.value
  })

  function choose(next: Theme | null): void {
    byHand.value = next
    try {
      if (next) localStorage.setItem(KEPT, next)
      else localStorage.removeItem(KEPT)
    } catch {
      // A browser without storage forgets the choice with the page.
    }
  }

  function turn(): void {
    choose(theme.value === 'night' ? 'day' : 'night')
  }

  return { theme, byHand, choose, turn }
})

function kept(): Theme | null {
  try {
    const word = localStorage.getItem(KEPT)
    return word === 'night' || word === 'day' ? word : null
  } catch {
    return null
  }
}
