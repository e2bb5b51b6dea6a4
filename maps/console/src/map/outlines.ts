// The borders and the base map, asked for once a page; what the server does not have is not asked for again.
import { read } from '@kit/ask/ask'
import { type Outlines, streetsOf } from '@kit/map/outlines'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useBackground } from '../stores/background'

export interface BaseMap {
  kind: 'none' | 'xyz' | 'pmtiles' | 'tianditu'
  tiles?: string[]
  file?: string | null
  attribution?: string | null
  min_zoom?: number | null
  max_zoom?: number | null
}

export const useOutlines = defineStore('outlines', () => {
  const background = useBackground()
  const outlines = shallowRef<Outlines | null>(null)
  const base = shallowRef<BaseMap | null>(null)
  /** Whether the question about borders has been answered, be it with no. */
  const asked = shallowRef(false)
  let running: Promise<void> | null = null

  async function ask(): Promise<void> {
    const [borders, map] = await Promise.all([
      read<Outlines>('/api/v1/jurisdictions/outlines'),
      read<BaseMap>('/api/v1/basemap'),
    ])
    if (borders.ok) outlines.value = borders.value
    if (map.ok && map.value.kind !== 'none') base.value = map.value
    asked.value = true
    // The server was away: the next page that needs borders asks again.
    if (!borders.ok && borders.problem.status === 0) running = null
  }
  const load = () => (running ??= ask())

  const streets = computed(() => streetsOf(outlines.value, background.jurisdictions))
  const hasBorders = computed(() => streets.value.some((street) => street.rings.length > 0))
  const hasSketches = computed(() => streets.value.some((street) => street.sketch))
  const district = computed(() => outlines.value?.features.find(({ properties }) => properties.kind === 'district')?.properties.name ?? null)

  return { streets, base, asked, hasBorders, hasSketches, district, load }
})
