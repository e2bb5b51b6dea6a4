// Pointer and keys on the map: what is under them, what a click selects, and the moves that a person asks for.
import type { Frame } from '@kit/map/frame'
import { type Hit, hitAt } from '@kit/map/hits'
import { lonOf, latOf, toPixel, type WorldPoint } from '@kit/map/mercator'
import { computed, ref, type Ref, type ShallowRef, shallowRef } from 'vue'
import { useLive } from '../stores/live'
import { useSelection } from '../stores/selection'
import type { MapView } from './map_view'
import { idsInOrder, pointOf } from './scene'

/** Less than this between press and release is a click. */
const STILL_PX = 4
const PAN_STEP_PX = 80

export function useMapPointer(element: Ref<HTMLElement | null>, place: MapView, frame: Readonly<ShallowRef<Frame | null>>) {
  const live = useLive()
  const selection = useSelection()
  const hovered = shallowRef<{ hit: Hit; at: WorldPoint } | null>(null)
  /** The case that the keyboard stands on. */
  const focusedId = ref<string | null>(null)
  const focusedPoint = computed(() => {
    const row = live.picture.cases.get(focusedId.value ?? '')
    return row ? pointOf(row) : null
  })
  let press: { x: number; y: number; dragged: boolean } | null = null
  let looked = 0

  function pixelOf(event: MouseEvent): WorldPoint {
    const box = element.value?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }
  function hit(pixel: WorldPoint): Hit | null {
    return frame.value && place.view.value ? hitAt(pixel, frame.value, place.view.value, place.size.value) : null
  }
  function look(pixel: WorldPoint): void {
    const found = hit(pixel)
    const of = found && (found.kind === 'mark' ? found.mark : found.kind === 'unit' ? found.unit : found.spot)
    hovered.value = found && of && place.view.value ? { hit: found, at: toPixel(of, place.view.value, place.size.value) } : null
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    press = { ...pixelOf(event), dragged: false }
    element.value?.setPointerCapture(event.pointerId)
  }
  function moved(event: PointerEvent): void {
    const pixel = pixelOf(event)
    if (press) {
      const far = Math.hypot(pixel.x - press.x, pixel.y - press.y)
      if (!press.dragged && far < STILL_PX) return
      if (place.locked.value) return
      place.panBy(press.x - pixel.x, press.y - pixel.y)
      press = { ...pixel, dragged: true }
      hovered.value = null
      return
    }
    // Once a frame is enough for the eye.
    if (looked) return
    looked = requestAnimationFrame(() => {
      looked = 0
      look(pixel)
    })
  }
  function up(event: PointerEvent): void {
    const before = press
    press = null
    const pixel = pixelOf(event)
    if (!before || before.dragged || Math.hypot(pixel.x - before.x, pixel.y - before.y) >= STILL_PX) return
    const found = hit(pixel)
    if (found?.kind === 'mark') selection.select(mostUrgent(found.mark.ids))
  }
  function leave(): void {
    hovered.value = null
  }
  function twice(event: MouseEvent): void {
    const pixel = pixelOf(event)
    const world = place.worldAt(pixel)
    if (!world) return
    const found = hit(pixel)
    if (found?.kind === 'mark' && found.mark.only) place.goTo(found.mark.only)
    else place.zoomBy(found?.kind === 'mark' ? 2 : 1, pixel)
  }
  function wheel(event: WheelEvent): void {
    if (place.locked.value) return
    event.preventDefault()
    place.zoomBy(Math.max(-1, Math.min(1, -event.deltaY / 300)), pixelOf(event))
  }

  /** Of the cases in one spot the one that stands first in the list. */
  function mostUrgent(ids: readonly string[]): string | null {
    if (ids.length < 2) return ids[0] ?? null
    const wanted = new Set(ids)
    return idsInOrder(live.picture.cases).find((id) => wanted.has(id)) ?? ids[0] ?? null
  }

  function step(by: 1 | -1): void {
    const ids = idsInOrder(live.picture.cases)
    if (ids.length === 0) return
    const at = ids.indexOf(focusedId.value ?? selection.caseId ?? '')
    focusedId.value = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length] ?? null
  }
  function key(event: KeyboardEvent): void {
    // Only the map itself; the buttons on it have their own keys.
    if (event.target !== element.value || event.ctrlKey || event.metaKey || event.altKey) return
    const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    const arrow = arrows[event.key]
    if (arrow && event.shiftKey && !place.locked.value) place.panBy(arrow[0] * PAN_STEP_PX, arrow[1] * PAN_STEP_PX)
    else if (arrow) step(arrow[0] + arrow[1] > 0 ? 1 : -1)
    else if (event.key === 'Enter' && focusedId.value) selection.select(focusedId.value)
    else if (event.key === '+' || event.key === '=') place.zoomBy(1)
    else if (event.key === '-') place.zoomBy(-1)
    else if (event.key === 'Home' && focusedPoint.value) place.goTo({ lon: lonOf(focusedPoint.value.x), lat: latOf(focusedPoint.value.y) })
    else if (event.key === 'Escape' && focusedId.value) focusedId.value = null
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  function blur(): void {
    focusedId.value = null
  }

  return { hovered, focusedId, focusedPoint, down, moved, up, leave, twice, wheel, key, blur }
}
