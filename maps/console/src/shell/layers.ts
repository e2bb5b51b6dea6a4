// Which layer lies over the page: command bar, sheet of keys, drill. One at a time.
import { defineStore } from 'pinia'
import { ref } from 'vue'

export type LayerName = 'command' | 'keys' | 'drill'

export const useLayers = defineStore('layers', () => {
  const shown = ref<LayerName | null>(null)
  function open(name: LayerName): void {
    shown.value = name
  }
  function close(): void {
    shown.value = null
  }
  return { shown, open, close }
})
