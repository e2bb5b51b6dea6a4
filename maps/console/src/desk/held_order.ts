// The order of the rows while somebody's hand is on them: it stands still, and what has changed is counted until the
// person asks for it. Pure.
import type { Entry } from './case_book'

export class HeldOrder {
  private shown: readonly Entry[] = []
  private waiting = new Set<string>()

  /** How many cases have moved, come or gone since the order was taken. */
  get nWaiting(): number {
    return this.waiting.size
  }

  /** Gives the rows to show. Held rows keep their place and show what is newest about them. */
  next(wanted: readonly Entry[], moved: ReadonlySet<string>, held: boolean, find: (id: string) => Entry | undefined): readonly Entry[] {
    if (!held || this.shown.length === 0) return this.release(wanted)
    const stands = this.shown.map((entry) => find(entry.id) ?? entry)
    this.shown = stands
    if (sameOrder(stands, wanted)) this.waiting.clear()
    else {
      const here = new Set(stands.map((entry) => entry.id))
      const there = new Set(wanted.map((entry) => entry.id))
      for (const id of moved) if (here.has(id) || there.has(id)) this.waiting.add(id)
      for (const id of [...this.waiting]) if (!here.has(id) && !there.has(id)) this.waiting.delete(id)
      // A row may come or go without having moved: a closed case after its time, a case that now waits.
      if (this.waiting.size === 0) for (const id of there) if (!here.has(id)) this.waiting.add(id)
      if (this.waiting.size === 0) for (const id of here) if (!there.has(id)) this.waiting.add(id)
    }
    return stands
  }

  release(wanted: readonly Entry[]): readonly Entry[] {
    this.waiting.clear()
    this.shown = wanted
    return wanted
  }
}

function sameOrder(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry.id === b[i]?.id)
}
