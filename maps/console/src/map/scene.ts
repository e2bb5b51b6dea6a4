// What the map shows of the live picture, made anew at most twice a second and in turns short enough for keys and
// pointer.
import { NOTHING, type Picture } from '@kit/fold/picture'
import { type CasePoint, CasePoints } from '@kit/map/case_points'
import type { Spot, StreetColour } from '@kit/map/frame'
import { worldX, worldY } from '@kit/map/mercator'
import { type UnitMark, unitMarks } from '@kit/map/unit_marks'
import { onBeforeUnmount, shallowRef, watch } from 'vue'
import { useBackground } from '../stores/background'
import { useLive } from '../stores/live'

export const REPAINT_EVERY_MS = 500
/** Ages of fixes are looked at again after this long, though nothing came. */
const AGE_STEP_MS = 5_000

export interface Scene {
  /** What it was made of. */
  picture: Picture
  points: readonly CasePoint[]
  units: readonly UnitMark[]
  spots: readonly Spot[]
  colours: ReadonlyMap<string, StreetColour>
}
const EMPTY: Scene = { picture: NOTHING, points: [], units: [], spots: [], colours: new Map() }

/** One memory for all maps of a page. */
const casePoints = new CasePoints()
export const pointOf = casePoints.of.bind(casePoints)
export const idsInOrder = casePoints.inOrder.bind(casePoints)

/** From here on the parts of a repaint are turns of their own. */
export const MANY_CASES = 2_000
export const breath = () => new Promise<void>((go) => setTimeout(go, 0))

export function useScene() {
  const live = useLive()
  const background = useBackground()
  const scene = shallowRef<Scene>(EMPTY)
  let last = -Infinity
  let timer: ReturnType<typeof setTimeout> | null = null
  let running = false
  let gone = false

  function ask(): void {
    if (timer || running || gone) return
    timer = setTimeout(() => void make(), Math.max(0, last + REPAINT_EVERY_MS - performance.now()))
  }

  async function make(): Promise<void> {
    timer = null
    running = true
    last = performance.now()
    const { picture } = live
    const gathering = casePoints.gather(picture.cases)
    let turn = gathering.next()
    while (!turn.done) {
      await breath()
      turn = gathering.next()
    }
    if (picture.cases.size > MANY_CASES) await breath()
    if (gone) return
    scene.value = {
      picture,
      points: turn.value,
      units: unitMarks(picture.units, picture.positions, live.now, live.stale),
      spots: spots(),
      colours: new Map([...picture.areaWarnings].map(([code, area]) => [code, { level: area.level, extreme: area.extreme }])),
    }
    running = false
    if (picture !== live.picture) ask()
  }

  function spots(): Spot[] {
    const found: Spot[] = []
    for (const { id, name, position } of background.places) {
      if (position) found.push({ id, kind: 'place', name, beds: null, lon: position.lon, lat: position.lat, x: worldX(position.lon), y: worldY(position.lat) })
    }
    for (const { id, name, position, beds_free } of live.picture.resources.values()) {
      if (position) found.push({ id, kind: 'resource', name, beds: beds_free ?? null, lon: position.lon, lat: position.lat, x: worldX(position.lon), y: worldY(position.lat) })
    }
    return found
  }

  watch(() => [live.picture, live.stale, background.places, Math.floor(live.now / AGE_STEP_MS)], ask, { immediate: true })
  onBeforeUnmount(() => {
    gone = true
    if (timer) clearTimeout(timer)
  })
  return scene
}
