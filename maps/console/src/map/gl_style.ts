// The style of our own map for MapLibre: sources and layers by the palette. No glyph server, no sprite, no other host.
import type { Palette } from '@kit/map/shapes'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'

export const FONT = 'Noto Sans SC Variable'
const NOTHING = { type: 'FeatureCollection' as const, features: [] }

/** The level of a street is a state of its feature: a change of colour moves no geometry. */
const byLevel = (ink: Palette, kind: 'tint' | 'mark') =>
  ['match', ['coalesce', ['feature-state', 'level'], 'none'],
    'blue', ink[`${kind}-blue`], 'yellow', ink[`${kind}-yellow`], 'orange', ink[`${kind}-orange`], ink[`${kind}-none`]] as never
const whenOrange = (then: number, otherwise: number) =>
  ['case', ['==', ['coalesce', ['feature-state', 'level'], 'none'], 'orange'], then, otherwise] as never

function geojson(promoteId?: string): SourceSpecification {
  return { type: 'geojson', data: NOTHING, ...(promoteId ? { promoteId } : {}), attribution: '' }
}

export function layersOf(ink: Palette): LayerSpecification[] {
  const symbol = { 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'text-allow-overlap': true, 'text-ignore-placement': true } as const
  const border = { 'line-color': byLevel(ink, 'mark'), 'line-width': 1.2, 'line-opacity': whenOrange(0, 0.55) }
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': ink.ground } },
    { id: 'street-fill', type: 'fill', source: 'streets', paint: { 'fill-color': byLevel(ink, 'tint'), 'fill-antialias': false } },
    { id: 'street-border', type: 'line', source: 'streets', filter: ['!', ['get', 'sketch']], layout: { 'line-join': 'round' }, paint: border },
    { id: 'street-sketch', type: 'line', source: 'streets', filter: ['get', 'sketch'], paint: { ...border, 'line-dasharray': [5, 3.5] } },
    { id: 'orange-border', type: 'line', source: 'streets', filter: ['!', ['get', 'sketch']], layout: { 'line-join': 'round' }, paint: { 'line-color': ink['mark-orange'], 'line-width': 2.2, 'line-opacity': whenOrange(1, 0) } },
    { id: 'orange-sketch', type: 'line', source: 'streets', filter: ['get', 'sketch'], paint: { 'line-color': ink['mark-orange'], 'line-width': 2.2, 'line-opacity': whenOrange(1, 0), 'line-dasharray': [4, 2] } },
    { id: 'labels', type: 'symbol', source: 'labels', layout: { 'icon-image': ['get', 'icon'], ...symbol } },
    { id: 'accuracy-fill', type: 'fill', source: 'accuracy', paint: { 'fill-color': ink['text-1'], 'fill-opacity': 0.07 } },
    { id: 'accuracy-line', type: 'line', source: 'accuracy', paint: { 'line-color': ink['text-2'], 'line-width': 1, 'line-dasharray': [3, 3] } },
    { id: 'spots', type: 'symbol', source: 'spots', layout: { 'icon-image': ['get', 'icon'], 'text-field': ['get', 'text'], 'text-font': [FONT], 'text-size': 12, 'text-anchor': 'left', 'text-offset': [1, 0], ...symbol }, paint: { 'text-color': ink['text-2'], 'text-halo-color': ink.ground, 'text-halo-width': 1.5 } },
    { id: 'links', type: 'line', source: 'links', layout: { 'line-cap': 'round' }, paint: { 'line-color': ink['text-1'], 'line-width': 2, 'line-dasharray': [0.1, 2.8] } },
    { id: 'units', type: 'symbol', source: 'units', layout: { 'icon-image': ['concat', 'unit/', ['get', 'freshness']], 'text-field': ['get', 'label'], 'text-font': [FONT], 'text-size': ['case', ['>', ['length', ['get', 'label']], 2], 9, 12], ...symbol }, paint: { 'text-color': ['case', ['==', ['get', 'freshness'], 'fresh'], ink.ground, ink['text-2']] } },
    { id: 'ring', type: 'circle', source: 'ring', paint: { 'circle-radius': ['get', 'radius'], 'circle-color': ink.ground, 'circle-opacity': 0.35, 'circle-stroke-color': ink['text-1'], 'circle-stroke-width': 2 } },
    { id: 'cases', type: 'symbol', source: 'cases', layout: { 'icon-image': ['get', 'icon'], 'symbol-sort-key': ['get', 'rank'], ...symbol } },
    { id: 'missed', type: 'symbol', source: 'cases', filter: ['get', 'missed'], layout: { 'icon-image': 'missed', 'icon-anchor': 'right', 'icon-offset': [-12, 0], ...symbol } },
    { id: 'focus', type: 'circle', source: 'focus', paint: { 'circle-radius': 17, 'circle-opacity': 0, 'circle-stroke-color': ink.accent, 'circle-stroke-width': 2 } },
  ]
}

export function styleOf(ink: Palette): StyleSpecification {
  return {
    version: 8,
    sources: {
      streets: geojson('code'), labels: geojson(), accuracy: geojson(), spots: geojson(), links: geojson(), units: geojson('id'),
      ring: geojson(), cases: geojson('id'), focus: geojson(),
    },
    layers: layersOf(ink),
    transition: { duration: 0, delay: 0 },
  }
}
