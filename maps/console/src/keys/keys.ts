// The keys of the console: every part says which keys it has and what they do; one listener runs them, one sheet lists
// them. Single letters are off while a text field has focus; a dialog that is open hides the keys beneath it.
import { onBeforeUnmount, onMounted, shallowRef, triggerRef } from 'vue'

export interface Key {
  /** As the browser names it, with modifiers in this order: `Ctrl+Alt+Shift+k`, `j`, `?`, `F2`; two strokes: `g c`. */
  keys: string | readonly string[]
  /** What it does, for the sheet and the command bar. */
  word: () => string
  run: (event: KeyboardEvent) => void
  /** Absent = always. */
  when?: () => boolean
  /** Works also while a text field has focus. */
  inFields?: boolean
  /** Not listed, because another entry says it. */
  unlisted?: boolean
}

interface Layer {
  /** Higher hides lower. */
  modal: boolean
  keys: readonly Key[]
}

const layers = shallowRef<Layer[]>([])
let first: { stroke: string; at: number } | null = null
const SECOND_STROKE_MS = 1_200

/** Registers keys for as long as the component is there. `modal` hides the keys of everything beneath. */
export function useKeys(keys: readonly Key[], options: { modal?: boolean } = {}): void {
  const layer: Layer = { modal: options.modal ?? false, keys }
  onMounted(() => {
    layers.value.push(layer)
    triggerRef(layers)
    if (layers.value.length === 1) window.addEventListener('keydown', hear)
  })
  onBeforeUnmount(() => {
    layers.value.splice(layers.value.indexOf(layer), 1)
    triggerRef(layers)
    if (layers.value.length === 0) window.removeEventListener('keydown', hear)
  })
}

/** The keys that count now, the newest layer first. */
export function activeKeys(): readonly Key[] {
  const found: Key[] = []
  for (const layer of [...layers.value].reverse()) {
    found.push(...layer.keys.filter((key) => key.when?.() ?? true))
    if (layer.modal) break
  }
  return found
}

/** All keys of all layers, for the sheet. */
export function allKeys(): readonly Key[] {
  return layers.value.flatMap((layer) => layer.keys).filter((key) => !key.unlisted)
}

export function strokeOf(event: KeyboardEvent): string {
  const held = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : ''].filter(Boolean)
  const letter = /^[a-z]$/i.test(event.key)
  if (event.shiftKey && (letter || event.key.length > 1)) held.push('Shift')
  return [...held, letter ? event.key.toLowerCase() : event.key].join('+')
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement && ['radio', 'checkbox', 'button'].includes(target.type)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

function hear(event: KeyboardEvent): void {
  if (event.isComposing) return
  const stroke = strokeOf(event)
  const inField = isField(event.target)
  const before = first && performance.now() - first.at < SECOND_STROKE_MS ? first.stroke : null
  const active = activeKeys().filter((key) => !inField || key.inFields)
  const is = (key: Key, text: string) => (Array.isArray(key.keys) ? key.keys.includes(text) : key.keys === text)
  const found = (before && active.find((key) => is(key, `${before} ${stroke}`))) || active.find((key) => is(key, stroke))
  first = null
  if (found) {
    event.preventDefault()
    found.run(event)
    return
  }
  const begins = active.some((key) => [key.keys].flat().some((text) => text.startsWith(`${stroke} `)))
  if (begins) first = { stroke, at: performance.now() }
}
