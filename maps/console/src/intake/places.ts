// The places that a typed name may mean: an index over what the page knows, read aloud as soon as the readings are there.
import { findPlaces, indexPlaces, type Match } from '@kit/find/find_places'
import { loadReadings, type Readings, UNREAD } from '@kit/find/readings'
import { spotsOf } from '@kit/find/spots'
import { computed, type Ref, shallowRef } from 'vue'
import { useBackground } from '../stores/background'
import { useLive } from '../stores/live'

const SHOWN_MAX = 6

export function usePlaces(query: Ref<string>) {
  const background = useBackground()
  const live = useLive()
  const readings = shallowRef<Readings>(UNREAD)
  void loadReadings().then((loaded) => (readings.value = loaded))

  // Names change seldom: the index is made anew only when they do, not with every event.
  let before: { said: string; spots: ReturnType<typeof spotsOf> } = { said: '', spots: [] }
  const spots = computed(() => {
    const { cases, resources } = live.picture
    const named = [...cases.values()].filter((row) => row.place?.name)
    const made = spotsOf({ places: background.places, resources: resources.values(), cases: named, streets: background.jurisdictions })
    const said = made.map((spot) => `${spot.key}${spot.name}`).join('\n')
    if (said !== before.said) before = { said, spots: made }
    return before.spots
  })
  const index = computed(() => indexPlaces(spots.value, readings.value))
  const matches = computed<Match[]>(() => findPlaces(index.value, query.value, SHOWN_MAX))
  return { matches }
}
