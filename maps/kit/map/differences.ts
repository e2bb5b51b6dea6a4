// What changed between two sets of features, and how to tell a map: single changes while they are few, else all. Pure.

export interface Drawn {
  id: string
  lon: number
  lat: number
  /** Everything else that a layer reads; compared by value. */
  look: Readonly<Record<string, string | number | boolean>>
}

export type Change =
  | { kind: 'nothing' }
  | { kind: 'whole' }
  | { kind: 'some'; add: Drawn[]; remove: string[]; move: Drawn[]; restyle: Drawn[] }

/** Above this many changes, or this share of all, one whole set is cheaper than single ones. */
export const MANY_CHANGES = 1_000
export const LARGE_SHARE = 0.1
/** Under this number the share says nothing. */
const FEW = 50

function sameLook(a: Drawn['look'], b: Drawn['look']): boolean {
  for (const key in b) if (a[key] !== b[key]) return false
  return true
}

export function changeBetween(before: ReadonlyMap<string, Drawn>, after: ReadonlyMap<string, Drawn>): Change {
  const change = { kind: 'some' as const, add: [] as Drawn[], remove: [] as string[], move: [] as Drawn[], restyle: [] as Drawn[] }
  for (const [id, next] of after) {
    const known = before.get(id)
    if (!known) change.add.push(next)
    else {
      if (known.lon !== next.lon || known.lat !== next.lat) change.move.push(next)
      if (!sameLook(known.look, next.look)) change.restyle.push(next)
    }
  }
  for (const id of before.keys()) if (!after.has(id)) change.remove.push(id)
  const n = change.add.length + change.remove.length + change.move.length + change.restyle.length
  if (n === 0) return { kind: 'nothing' }
  if (before.size === 0 || n > MANY_CHANGES || (after.size > FEW && n > after.size * LARGE_SHARE)) return { kind: 'whole' }
  return change
}
