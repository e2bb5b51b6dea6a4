// Degrees to pixels and back on a flat map (Web Mercator, tiles of 512 px). Pure; the view is where a map looks.

export interface GeoPoint {
  lon: number
  lat: number
}

/** A place of the whole world laid into a square of side 1, the north-west corner at 0. */
export interface WorldPoint {
  x: number
  y: number
}

export interface View {
  lon: number
  lat: number
  zoom: number
}

export interface Size {
  width: number
  height: number
}

/** In world units. */
export interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}

const TILE_PX = 512
const EARTH_M = 40_075_016.686
export const ZOOM_LEAST = 8
export const ZOOM_MOST = 19

export const worldX = (lon: number) => (lon + 180) / 360
export function worldY(lat: number): number {
  const sine = Math.sin((lat * Math.PI) / 180)
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
}
export const lonOf = (x: number) => x * 360 - 180
export const latOf = (y: number) => (360 / Math.PI) * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - 90

/** Pixels that the whole world is wide. */
export const worldPx = (zoom: number) => TILE_PX * 2 ** zoom

export function toPixel(at: WorldPoint, view: View, size: Size): WorldPoint {
  const px = worldPx(view.zoom)
  return { x: (at.x - worldX(view.lon)) * px + size.width / 2, y: (at.y - worldY(view.lat)) * px + size.height / 2 }
}

export function toWorld(pixel: WorldPoint, view: View, size: Size): WorldPoint {
  const px = worldPx(view.zoom)
  return { x: worldX(view.lon) + (pixel.x - size.width / 2) / px, y: worldY(view.lat) + (pixel.y - size.height / 2) / px }
}

/** What the view shows, with `margin` pixels more on every side. */
export function boundsOf(view: View, size: Size, margin = 0): Bounds {
  const a = toWorld({ x: -margin, y: -margin }, view, size)
  const b = toWorld({ x: size.width + margin, y: size.height + margin }, view, size)
  return { left: a.x, top: a.y, right: b.x, bottom: b.y }
}

export function around(points: Iterable<WorldPoint>): Bounds | null {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const { x, y } of points) {
    bounds.left = Math.min(bounds.left, x)
    bounds.right = Math.max(bounds.right, x)
    bounds.top = Math.min(bounds.top, y)
    bounds.bottom = Math.max(bounds.bottom, y)
  }
  return bounds.left === Infinity ? null : bounds
}

export interface Padding {
  top: number
  right: number
  bottom: number
  left: number
}

/** The nearest view that shows all of the bounds inside the padding. */
export function fit(bounds: Bounds, size: Size, padding: Padding): View {
  const width = Math.max(1, size.width - padding.left - padding.right)
  const height = Math.max(1, size.height - padding.top - padding.bottom)
  const span = Math.max((bounds.right - bounds.left) / width, (bounds.bottom - bounds.top) / height, 1e-12)
  const zoom = keepZoom(Math.log2(1 / (span * TILE_PX)))
  const px = worldPx(zoom)
  const x = (bounds.left + bounds.right) / 2 + (padding.right - padding.left) / 2 / px
  const y = (bounds.top + bounds.bottom) / 2 + (padding.bottom - padding.top) / 2 / px
  return { lon: lonOf(x), lat: latOf(y), zoom }
}

export const keepZoom = (zoom: number) => Math.min(ZOOM_MOST, Math.max(ZOOM_LEAST, zoom))

/** Moves the view by pixels. */
export function panned(view: View, dx: number, dy: number): View {
  const px = worldPx(view.zoom)
  return { ...view, lon: lonOf(worldX(view.lon) + dx / px), lat: latOf(worldY(view.lat) + dy / px) }
}

/** Zooms so that what lies under `pixel` stays there. */
export function zoomedAt(view: View, by: number, pixel: WorldPoint, size: Size): View {
  const held = toWorld(pixel, view, size)
  const zoom = keepZoom(view.zoom + by)
  const px = worldPx(zoom)
  return { zoom, lon: lonOf(held.x - (pixel.x - size.width / 2) / px), lat: latOf(held.y - (pixel.y - size.height / 2) / px) }
}

export function metresPerPixel(view: View): number {
  return (EARTH_M * Math.cos((view.lat * Math.PI) / 180)) / worldPx(view.zoom)
}

/** The longest round length that a scale of at most `width` pixels can show. */
export function scaleOf(view: View, width: number): { metres: number; px: number } {
  const per = metresPerPixel(view)
  const most = per * width
  const ten = 10 ** Math.floor(Math.log10(most))
  const metres = [5, 2, 1].map((n) => n * ten).find((n) => n <= most) ?? ten
  return { metres, px: metres / per }
}

/** A ring of points `radius` metres around a place. */
export function circleAround(at: GeoPoint, radius: number, nPoints = 48): [number, number][] {
  const dLat = (radius / EARTH_M) * 360
  const dLon = dLat / Math.cos((at.lat * Math.PI) / 180)
  const ring: [number, number][] = []
  for (let n = 0; n <= nPoints; n += 1) {
    const turn = (n / nPoints) * 2 * Math.PI
    ring.push([at.lon + dLon * Math.cos(turn), at.lat + dLat * Math.sin(turn)])
  }
  return ring
}
