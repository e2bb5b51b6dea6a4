// What lies under the pointer: the nearest mark, cases before units before spots. Pure.
import type { Frame, Spot } from './frame'
import type { Mark } from './clusters'
import { type Size, toPixel, type View, type WorldPoint } from './mercator'
import { pillOf } from './pills'
import type { UnitMark } from './unit_marks'

export type Hit = { kind: 'mark'; mark: Mark } | { kind: 'unit'; unit: UnitMark } | { kind: 'spot'; spot: Spot }

/** How far from its middle a mark can be touched; a target of 24 px at least. */
const REACH_PX = 14

export function hitAt(pixel: WorldPoint, frame: Frame, view: View, size: Size): Hit | null {
  const reach = REACH_PX * frame.scale
  let best: Hit | null = null
  let least = Infinity
  const offer = (at: WorldPoint, halfWidth: number, rank: number, hit: () => Hit) => {
    const { x, y } = toPixel(at, view, size)
    const dx = Math.max(0, Math.abs(pixel.x - x) - halfWidth)
    const far = Math.hypot(dx, pixel.y - y)
    if (far > reach || far + rank >= least) return
    least = far + rank
    best = hit()
  }
  for (const mark of frame.marks) {
    const half = mark.only ? 0 : (pillOf(mark, frame.missedWord).width * frame.scale) / 2 - reach
    offer(mark, Math.max(0, half), 0, () => ({ kind: 'mark', mark }))
  }
  for (const unit of frame.units) offer(unit, 0, 3, () => ({ kind: 'unit', unit }))
  for (const spot of frame.spots) offer(spot, 0, 6, () => ({ kind: 'spot', spot }))
  return best
}
