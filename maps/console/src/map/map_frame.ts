// The frame that the renderers draw: the scene grouped for the view, with selection, labels and colours.
import { group, type Mark } from '@kit/map/clusters'
import type { Frame, Layers } from '@kit/map/frame'
import { type Bounds, boundsOf, worldPx, type WorldPoint } from '@kit/map/mercator'
import type { Palette } from '@kit/map/shapes'
import { labelsFor, type StreetLabel } from '@kit/map/street_labels'
import { labelSize } from '@kit/map/text_widths'
import { tasksOf } from '@kit/map/tooltips'
import { words } from '@kit/words/words'
import { computed, onBeforeUnmount, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { useOutlines } from './outlines'
import type { MapView } from './map_view'
import { MANY_CASES, pointOf, type Scene } from './scene'

const APART_PX = 17
const CROWDED_PX = { width: 168, height: 40 }
const N_CROWDED = 400
/** Grouped beyond the edge, so that a drag finds marks there. */
const MARGIN_PX = 300

interface Wanted {
  scene: ShallowRef<Scene>
  place: Pick<MapView, 'size' | 'view'>
  palette: ShallowRef<Palette | null>
  layers: Ref<Layers>
  selectedId: () => string | null
  focused: () => WorldPoint | null
  scale: () => number
  /** Names without 街道, where large type leaves no room. */
  short?: boolean
}

export function useFrame({ scene, place, palette, layers, selectedId, focused, scale, short }: Wanted) {
  const outlines = useOutlines()
  /** What the marks were grouped for; kept while the view stays inside it. */
  const grouped = shallowRef<{ zoom: number; bounds: Bounds } | null>(null)

  watch([place.view, place.size], ([view, size]) => {
    if (!view || size.width === 0) return
    const now = boundsOf(view, size)
    const known = grouped.value
    const holds =
      known && Math.abs(known.zoom - view.zoom) < 1e-9 && now.left >= known.bounds.left && now.right <= known.bounds.right &&
      now.top >= known.bounds.top && now.bottom <= known.bounds.bottom
    if (!holds) grouped.value = { zoom: view.zoom, bounds: boundsOf(view, size, MARGIN_PX) }
  }, { immediate: true })

  const marks = shallowRef<Mark[]>([])
  let waits: ReturnType<typeof setTimeout> | null = null
  function regroup(): void {
    waits = null
    marks.value = marksNow()
  }
  watch([scene, grouped, layers, selectedId, () => words.value, scale], () => {
    if (scene.value.points.length <= MANY_CASES) regroup()
    else waits ??= setTimeout(regroup, 0)
  }, { immediate: true })
  onBeforeUnmount(() => waits && clearTimeout(waits))

  function marksNow(): Mark[] {
    if (!grouped.value) return []
    const { cases, revisits } = layers.value
    const alone = selectedId()
    const wanted = scene.value.points.filter((point) => point.id === alone || (cases && (revisits || !point.revisit || point.missed)))
    return group(wanted, {
      ...grouped.value,
      apart_px: APART_PX * scale(),
      crowded_px: { width: CROWDED_PX.width * scale(), height: CROWDED_PX.height * scale() },
      nCrowded: N_CROWDED,
      alone,
      scale: scale(),
      missedWord: words.value.map.missed,
    })
  }

  const labelWords = computed(() => {
    const found = new Map<string, string>()
    for (const [code, { level }] of scene.value.colours) found.set(code, words.value.common.level[level])
    return found
  })
  // Compared by value: a label is laid out anew only when its word, the zoom or the borders change.
  const labelKey = computed(() => [...labelWords.value].join())
  const labels = shallowRef<StreetLabel[]>([])
  watch([labelKey, () => outlines.streets, () => grouped.value?.zoom, scale], () => {
    if (!grouped.value) return
    const px = worldPx(grouped.value.zoom)
    labels.value = labelsFor(outlines.streets, { px, words: labelWords.value, measure: (text) => labelSize(text, scale()), short })
  }, { immediate: true })

  const selected = computed(() => {
    const row = scene.value.picture.cases.get(selectedId() ?? '')
    return row ? pointOf(row) : null
  })
  const links = computed(() => {
    const id = selected.value?.id
    if (!id) return []
    const units = new Set(tasksOf(scene.value.picture, id).filter((task) => task.unit && ['offered', 'accepted', 'departed', 'arrived'].includes(task.state)).map((task) => task.unit))
    return scene.value.units.filter((unit) => units.has(unit.id))
  })

  return computed<Frame | null>(() => {
    if (!palette.value) return null
    return {
      streets: outlines.streets,
      colours: scene.value.colours,
      labels: labels.value,
      marks: marks.value,
      units: layers.value.units ? scene.value.units : [],
      spots: scene.value.spots.filter((spot) => (spot.kind === 'place' ? layers.value.places : layers.value.resources)),
      selected: selected.value,
      focused: focused(),
      links: layers.value.units ? links.value : [],
      layers: layers.value,
      palette: palette.value,
      missedWord: words.value.map.missed,
      scale: scale(),
    }
  })
}
