// Whether a hand is on a list: the pointer over it, or the focus in it with something done a short while ago.
import { onBeforeUnmount, ref, watch } from 'vue'

/** A focus that lies idle for so long holds no order: at night nobody would see a missed deadline rise. */
const IDLE_MS = 20_000

export function useHand(tell: (held: boolean) => void) {
  const pointer = ref(false)
  const focused = ref(false)
  const awake = ref(false)
  let timer: ReturnType<typeof setTimeout> | null = null

  function moved(): void {
    awake.value = true
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => (awake.value = false), IDLE_MS)
  }
  function over(is: boolean): void {
    pointer.value = is
    if (is) moved()
  }
  function focus(is: boolean): void {
    focused.value = is
    if (is) moved()
  }
  watch([pointer, focused, awake], () => tell((pointer.value || focused.value) && awake.value))
  onBeforeUnmount(() => {
    if (timer) clearTimeout(timer)
    tell(false)
  })
  return { over, focus, moved }
}
