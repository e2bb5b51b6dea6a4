// The map in WebGL: paints frames, tells MapLibre only what changed, and never moves but when it is told a view.
import { changeBetween, type Drawn } from '@kit/map/differences'
import type { Frame } from '@kit/map/frame'
import { circleAround, latOf, lonOf, type View } from '@kit/map/mercator'
import { CASE_PX, P0_PX, type Palette, RING_PX } from '@kit/map/shapes'
import { pillKey } from '@kit/map/pills'
import { SHAPES } from '@kit/map/case_points'
import type * as GeoJSON from 'geojson'
import type { GeoJSONSource, Map as GlMap } from 'maplibre-gl'
import { addBase, dropBase, isOfBase, showBase } from './gl_base'
import { type DrawnImage, fixedImages, labelImage, lettersReady, pillImage } from './gl_images'
import { layersOf, styleOf } from './gl_style'
import type { BaseMap } from './outlines'
import { zh } from '@kit/words/zh'

/** What every map writes: figures, the words of levels and of a missed deadline; the names of streets come with them. */
const LETTERS = `0123456789.k${zh.common.missed}${Object.values(zh.common.level).join('')}`

/** Pills of a night are few; above this many the images of those that are gone are dropped. */
const MANY_IMAGES = 300
const PILLS_A_TURN = 16
/** The worker may still lay out a frame that needed them. */
const KEPT_MS = 10_000

type Feature = GeoJSON.Feature
const point = (lon: number, lat: number, properties: Feature['properties']): Feature => ({ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [lon, lat] } })
const collection = (features: Feature[]): GeoJSON.FeatureCollection => ({ type: 'FeatureCollection', features })
const featureOf = (drawn: Drawn) => ({ ...point(drawn.lon, drawn.lat, { id: drawn.id, ...drawn.look }), id: drawn.id })

export function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}

export class MapInGl {
  private readonly drawn = { cases: new Map<string, Drawn>(), units: new Map<string, Drawn>() }
  /** With when a frame last needed it. */
  private readonly images = new Map<string, number>()
  private readonly levels = new Map<string, string>()
  private before: Frame | null = null
  private painted: Palette | null = null
  private baseHere = false
  private units: ReturnType<typeof setTimeout> | null = null
  private cases: ReturnType<typeof setTimeout> | null = null
  private selectionKey = ''

  private constructor(private readonly map: GlMap, private readonly maplibre: typeof import('maplibre-gl')) {}

  static async start(container: HTMLElement, view: View, frame: Frame, failed: () => void): Promise<MapInGl> {
    const [maplibre, { default: workerUrl }] = await Promise.all([
      import('maplibre-gl'),
      import('maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'),
      import('maplibre-gl/dist/maplibre-gl.css'),
      lettersReady(LETTERS),
    ])
    maplibre.setWorkerUrl(new URL(workerUrl, location.origin).href)
    const map = new maplibre.Map({
      container, style: styleOf(frame.palette), center: [view.lon, view.lat], zoom: view.zoom, interactive: false,
      attributionControl: false, fadeDuration: 0, localIdeographFontFamily: '"Noto Sans SC Variable", sans-serif',
      pitchWithRotate: false, trackResize: false, refreshExpiredTiles: false,
    })
    // A lost context is restored by MapLibre; one that stays lost leaves the drawing.
    map.on('error', (event) => {
      if (isOfBase(event)) failed()
    })
    await new Promise<void>((ready, broken) => {
      map.once('load', () => ready())
      map.once('error', (event) => !isOfBase(event) && !map.loaded() && broken(event.error))
    })
    const canvas = map.getCanvas()
    canvas.tabIndex = -1
    canvas.removeAttribute('role')
    canvas.setAttribute('aria-hidden', 'true')
    return new MapInGl(map, maplibre)
  }

  look(view: View): void {
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom })
  }

  resize(): void {
    this.map.resize()
  }

  stop(): void {
    if (this.units) clearTimeout(this.units)
    if (this.cases) clearTimeout(this.cases)
    this.map.remove()
  }

  async useBase(base: BaseMap, ink: Palette): Promise<void> {
    await addBase(this.map, base, ink, this.maplibre)
    this.baseHere = true
  }

  dropBase(): void {
    if (this.baseHere) dropBase(this.map)
    this.baseHere = false
  }

  paint(frame: Frame): void {
    const { before } = this
    this.before = frame
    if (frame.palette !== this.painted || frame.missedWord !== before?.missedWord) this.recolour(frame)
    if (frame.streets !== before?.streets) this.paintStreets(frame)
    if (frame.colours !== before?.colours || frame.streets !== before?.streets) this.paintColours(frame)
    if (frame.labels !== before?.labels || frame.palette !== before?.palette || frame.colours !== before?.colours) this.paintLabels(frame, before)
    if (frame.marks !== before?.marks || frame.palette !== before?.palette) this.paintCases()
    if (frame.units !== before?.units) this.units ??= setTimeout(() => this.paintUnits(), 0)
    if (frame.spots !== before?.spots) {
      this.source('spots').setData(collection(frame.spots.map((spot) => point(spot.lon, spot.lat, { icon: spot.kind === 'place' ? 'place' : 'bed', text: spot.beds === null ? '' : String(spot.beds) }))))
    }
    this.paintSelection(frame)
    if (this.baseHere && frame.layers.base !== before?.layers.base) showBase(this.map, frame.layers.base)
  }

  /** A turn of its own: two thousand units that move are as much as all the rest. */
  private paintUnits(): void {
    this.units = null
    const units = this.before?.units ?? []
    this.tell('units', new Map(units.map(({ id, lon, lat, label, freshness }) => [id, { id, lon, lat, look: { label, freshness } }])))
  }

  private source(id: string): GeoJSONSource {
    return this.map.getSource(id) as GeoJSONSource
  }

  /** Whole or single changes, whichever is less. */
  private tell(id: 'cases' | 'units', next: Map<string, Drawn>): void {
    const change = changeBetween(this.drawn[id], next)
    this.drawn[id] = next
    if (change.kind === 'nothing') return
    if (change.kind === 'whole') {
      void this.source(id).setData(collection([...next.values()].map(featureOf)))
      return
    }
    const updates = new Map<string, { id: string; newGeometry?: GeoJSON.Geometry; addOrUpdateProperties?: { key: string; value: unknown }[] }>()
    for (const { id: key, lon, lat } of change.move) updates.set(key, { id: key, newGeometry: { type: 'Point', coordinates: [lon, lat] } })
    for (const { id: key, look } of change.restyle) {
      updates.set(key, { ...updates.get(key), id: key, addOrUpdateProperties: Object.entries(look).map(([name, value]) => ({ key: name, value })) })
    }
    void this.source(id).updateData({ add: change.add.map(featureOf), remove: change.remove, update: [...updates.values()] })
  }

  private put(name: string, image: DrawnImage): void {
    if (this.map.hasImage(name)) this.map.removeImage(name)
    this.map.addImage(name, image.data, image.options)
    this.images.set(name, performance.now())
  }

  private recolour(frame: Frame): void {
    for (const [name, image] of fixedImages(frame.palette, frame.missedWord)) this.put(name, image)
    for (const name of [...this.images.keys()].filter((each) => each.startsWith('pill/'))) this.forget(name)
    for (const layer of this.painted ? layersOf(frame.palette) : []) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name as never, value as never)
    }
    this.painted = frame.palette
  }

  private forget(name: string): void {
    this.images.delete(name)
    if (this.map.hasImage(name)) this.map.removeImage(name)
  }

  private paintStreets({ streets }: Frame): void {
    const features = streets.flatMap(({ code, sketch, geometry }): Feature[] => (geometry ? [{ type: 'Feature', properties: { code, sketch }, geometry: geometry as unknown as GeoJSON.Geometry }] : []))
    this.levels.clear()
    this.source('streets').setData(collection(features))
  }

  private paintColours({ streets, colours }: Frame): void {
    for (const { code } of streets) {
      const level = colours.get(code)?.level ?? 'none'
      if (this.levels.get(code) === level) continue
      this.levels.set(code, level)
      this.map.setFeatureState({ source: 'streets', id: code }, { level })
    }
  }

  private paintLabels(frame: Frame, before: Frame | null): void {
    const level = (code: string) => frame.colours.get(code)?.level ?? 'none'
    const key = (of: Frame | null) => of && JSON.stringify([of.labels, of.labels.map(({ code }) => of.colours.get(code)?.level)])
    if (frame.palette === before?.palette && key(frame) === key(before)) return
    for (const label of frame.labels) this.put(`label/${label.code}`, labelImage(label, level(label.code), frame.palette))
    this.source('labels').setData(collection(frame.labels.map(({ code, at }) => point(lonOf(at.x), latOf(at.y), { icon: `label/${code}` }))))
  }

  /** Pills that were never drawn are drawn a few a turn; the cases follow when all are there. */
  private paintCases(): void {
    if (this.cases) clearTimeout(this.cases)
    this.cases = null
    const frame = this.before
    if (!frame) return
    let nDrawn = 0
    for (const mark of frame.marks) {
      if (mark.only || this.images.has(`pill/${pillKey(mark)}`)) continue
      if (nDrawn === PILLS_A_TURN) {
        this.cases = setTimeout(() => this.paintCases(), 0)
        return
      }
      this.put(`pill/${pillKey(mark)}`, pillImage(mark, frame.palette, frame.missedWord))
      nDrawn += 1
    }
    this.tellCases(frame)
  }

  private tellCases(frame: Frame): void {
    const next = new Map<string, Drawn>()
    const now = performance.now()
    for (const mark of frame.marks) {
      const icon = mark.only ? `case/${mark.only.shape}` : `pill/${pillKey(mark)}`
      if (!mark.only) this.images.set(icon, now)
      const gravest = SHAPES.findIndex((shape) => mark.counts[shape] > 0)
      next.set(mark.id, {
        id: mark.id, lon: lonOf(mark.x), lat: latOf(mark.y),
        look: { icon, rank: SHAPES.length - gravest, missed: mark.only?.missed === true },
      })
    }
    this.tell('cases', next)
    if (this.images.size <= MANY_IMAGES) return
    for (const [name, at] of this.images) if (name.startsWith('pill/') && now - at > KEPT_MS) this.forget(name)
  }

  private paintSelection(frame: Frame): void {
    const { selected, layers, focused, links } = frame
    const key = JSON.stringify([selected?.id, selected?.lon, selected?.lat, selected?.shape, layers.accuracy, focused, links.map(({ lon, lat }) => [lon, lat])])
    if (key === this.selectionKey) return
    this.selectionKey = key
    const ring = selected ? [point(selected.lon, selected.lat, { radius: (selected.shape === 'p0' ? P0_PX : CASE_PX) / 2 + RING_PX })] : []
    this.source('ring').setData(collection(ring))
    const circle = selected?.accuracy_m && layers.accuracy ? circleAround(selected, selected.accuracy_m) : null
    this.source('accuracy').setData(collection(circle ? [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [circle] } }] : []))
    this.source('links').setData(collection(selected ? links.map((unit): Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [[unit.lon, unit.lat], [selected.lon, selected.lat]] } })) : []))
    this.source('focus').setData(collection(focused ? [point(lonOf(focused.x), latOf(focused.y), {})] : []))
  }
}
