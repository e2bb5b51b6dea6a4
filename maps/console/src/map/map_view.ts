// Where a map looks and how large it is. The view is locked: only what a person asks for here moves it.
import { boundsOf, fit, type GeoPoint, panned, type Padding, type Size, toWorld, type View, type WorldPoint, zoomedAt } from '@kit/map/mercator'
import { extentOf } from '@kit/map/outlines'
import { onBeforeUnmount, onMounted, type Ref, ref, shallowRef, watch } from 'vue'
import { useOutlines } from './outlines'

/** Closest look at one case that 'go to' chooses. */
const NEAR_ZOOM = 15.5

export function useMapView(element: Ref<HTMLElement | null>, padding: (size: Size) => Padding) {
  const outlines = useOutlines()
  const size = shallowRef<Size>({ width: 0, height: 0 })
  const view = shallowRef<View | null>(null)
  const locked = ref(true)
  /** Nobody has moved the map: it shows the whole district, also when the window changes. */
  let atHome = true

  function whole(): void {
    const bounds = extentOf(outlines.streets)
    atHome = true
    if (bounds && size.value.width > 0) view.value = fit(bounds, size.value, padding(size.value))
  }
  function move(next: View): void {
    atHome = false
    view.value = next
  }
  const middle = (): WorldPoint => ({ x: size.value.width / 2, y: size.value.height / 2 })
  function zoomBy(by: number, at: WorldPoint = middle()): void {
    if (view.value) move(zoomedAt(view.value, by, at, size.value))
  }
  function panBy(dx: number, dy: number): void {
    if (view.value) move(panned(view.value, dx, dy))
  }
  function goTo(point: GeoPoint): void {
    if (view.value) move({ lon: point.lon, lat: point.lat, zoom: Math.max(view.value.zoom, NEAR_ZOOM) })
  }
  /** Whether a point is on the map as it looks now. */
  function shows(at: WorldPoint): boolean {
    if (!view.value) return false
    const { left, right, top, bottom } = boundsOf(view.value, size.value)
    return at.x >= left && at.x <= right && at.y >= top && at.y <= bottom
  }
  const worldAt = (pixel: WorldPoint) => (view.value ? toWorld(pixel, view.value, size.value) : null)

  const watcher = new ResizeObserver(([entry]) => {
    if (!entry) return
    const { width, height } = entry.contentRect
    size.value = { width, height }
    if (atHome) whole()
  })
  onMounted(() => {
    if (element.value) watcher.observe(element.value)
  })
  onBeforeUnmount(() => watcher.disconnect())
  // The first borders set the view; later ones do not move a map that somebody has moved.
  watch(() => outlines.streets, () => atHome && whole())

  return { size, view, locked, whole, zoomBy, panBy, goTo, shows, worldAt }
}
export type MapView = ReturnType<typeof useMapView>
