// The order of the rows while somebody's hand is on them: it stands still, and what has changed is counted until the
// person asks for it. Pure.
import type { Entry } from './case_book'

export class HeldOrder {
  private shown: readonly Entry[] = []
  private here: ReadonlySet<string> | null = null
  private waiting = new Set<string>()

  /** How many cases have moved, come or gone since the order was taken. */
  get nWaiting(): number {
    return this.waiting.size
  }

  /** Gives the rows to show; held rows keep their place. Who draws them looks up what is newest about each. */
  next(wanted: readonly Entry[], moved: ReadonlySet<string>, held: boolean): readonly Entry[] {
    if (!held || this.shown.length === 0) return this.release(wanted)
    if (sameOrder(this.shown, wanted)) {
      this.waiting.clear()
      return this.shown
    }
    const here = (this.here ??= new Set(this.shown.map((entry) => entry.id)))
    const asked = new Set([...moved, ...this.waiting])
    const there = new Set<string>()
    for (const { id } of wanted) if (asked.has(id) || !here.has(id)) there.add(id)
    // Of what moved only that counts which stands here, or would stand here.
    this.waiting = new Set([...asked].filter((id) => here.has(id) || there.has(id)))
    for (const id of there) if (!here.has(id)) this.waiting.add(id)
    // A row may go without having moved: a closed case after its time, a case that no longer waits.
    if (this.waiting.size === 0) this.waiting = gone(this.shown, wanted)
    return this.shown
  }

  release(wanted: readonly Entry[]): readonly Entry[] {
    this.waiting.clear()
    this.here = null
    this.shown = wanted
    return wanted
  }
}

function gone(shown: readonly Entry[], wanted: readonly Entry[]): Set<string> {
  const there = new Set(wanted.map((entry) => entry.id))
  return new Set(shown.filter((entry) => !there.has(entry.id)).map((entry) => entry.id))
}

function sameOrder(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry.id === b[i]?.id)
}
