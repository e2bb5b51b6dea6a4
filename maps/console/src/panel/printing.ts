// Printing one case: its page is laid out, printed, and taken away again.
import { nextTick, onBeforeUnmount, onMounted, ref } from 'vue'
import { words } from '@kit/words/words'
import { useKeys } from '../keys/keys'

export function usePrinting() {
  const on = ref(false)

  async function print(): Promise<void> {
    on.value = true
    await nextTick()
    window.print()
  }
  const done = () => (on.value = false)

  onMounted(() => window.addEventListener('afterprint', done))
  onBeforeUnmount(() => window.removeEventListener('afterprint', done))
  useKeys([{ keys: 'Ctrl+p', word: () => words.value.casePanel.print, run: () => void print() }])
  return { on, print: () => void print() }
}
