// A base map from elsewhere under our own borders: XYZ tiles, Tianditu through our server, or a PMTiles file.
import type { Palette } from '@kit/map/shapes'
import type { LayerSpecification, Map as GlMap } from 'maplibre-gl'
import type { BaseMap } from './outlines'

const SOURCE = 'base'
/** Streets under the fill are read through it. */
const FILL_OVER_BASE = 0.45

export async function addBase(map: GlMap, base: BaseMap, ink: Palette, maplibre: typeof import('maplibre-gl')): Promise<void> {
  const zooms = { minzoom: base.min_zoom ?? 0, maxzoom: base.max_zoom ?? 18 }
  if (base.kind === 'pmtiles' && base.file) {
    const { Protocol, PMTiles } = await import('pmtiles')
    const url = new URL(base.file, location.origin).href
    const protocol = new Protocol()
    const file = new PMTiles(url)
    protocol.add(file)
    maplibre.addProtocol('pmtiles', protocol.tile)
    const header = await file.getHeader()
    // 1 = vector tiles; every other kind is pictures.
    if (header.tileType === 1) {
      map.addSource(SOURCE, { type: 'vector', url: `pmtiles://${url}` })
      for (const layer of vectorLayers(ink)) map.addLayer(layer, 'street-fill')
    } else {
      map.addSource(SOURCE, { type: 'raster', url: `pmtiles://${url}`, tileSize: 256 })
      map.addLayer(pictures(), 'street-fill')
    }
  } else if (base.tiles && base.tiles.length > 0) {
    map.addSource(SOURCE, { type: 'raster', tiles: base.tiles.map((tile) => absolute(tile)), tileSize: 256, ...zooms })
    map.addLayer(pictures(), 'street-fill')
  } else return
  map.setPaintProperty('street-fill', 'fill-opacity', FILL_OVER_BASE)
}

const absolute = (template: string) => (template.startsWith('/') ? location.origin + template : template)
const pictures = (): LayerSpecification => ({ id: 'base-pictures', type: 'raster', source: SOURCE, paint: { 'raster-saturation': -0.6, 'raster-fade-duration': 0 } })

/** Water and ways, by the two common schemes of layer names. */
function vectorLayers(ink: Palette): LayerSpecification[] {
  const water = ['water', 'waterway'].map((name): LayerSpecification => ({ id: `base-${name}`, type: 'fill', source: SOURCE, 'source-layer': name, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': ink['line-1'], 'fill-opacity': 0.6 } }))
  const ways = ['roads', 'transportation'].map((name): LayerSpecification => ({ id: `base-${name}`, type: 'line', source: SOURCE, 'source-layer': name, filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-color': ink['line-2'], 'line-width': 1 } }))
  return [...water, ...ways]
}

/** Takes it away again: our own borders stay. */
export function dropBase(map: GlMap): void {
  for (const { id } of map.getStyle().layers) if (id.startsWith('base-')) map.removeLayer(id)
  if (map.getSource(SOURCE)) map.removeSource(SOURCE)
  map.setPaintProperty('street-fill', 'fill-opacity', 1)
}

export function showBase(map: GlMap, on: boolean): void {
  for (const { id } of map.getStyle().layers) if (id.startsWith('base-')) map.setLayoutProperty(id, 'visibility', on ? 'visible' : 'none')
  if (map.getSource(SOURCE)) map.setPaintProperty('street-fill', 'fill-opacity', on ? FILL_OVER_BASE : 1)
}

export const isOfBase = (event: unknown) => (event as { sourceId?: string }).sourceId === SOURCE
