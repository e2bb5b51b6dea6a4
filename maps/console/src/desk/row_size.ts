// How high the rows of the list are at this window: 48 and 52, at 1366 all 44; in the units of the page's own type size.
import { onBeforeUnmount, onMounted, reactive } from 'vue'

const SMALL = '(max-width: 1500px)'

export function useRowSize(): { row: number; urgent: number; small: boolean } {
  const size = reactive({ row: 48, urgent: 52, small: false })
  const query = window.matchMedia(SMALL)
  function look(): void {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
    size.small = query.matches
    size.row = (query.matches ? 2.75 : 3) * rem
    size.urgent = (query.matches ? 2.75 : 3.25) * rem
  }
  look()
  onMounted(() => query.addEventListener('change', look))
  onBeforeUnmount(() => query.removeEventListener('change', look))
  return size
}
