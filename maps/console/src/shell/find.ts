// Finding by text: the words themselves, or the first letters of their Chinese sounds. Pure; the sounds come from outside.

export interface Findable {
  readonly id: string
  readonly word: string
  readonly more: string
  readonly caps?: string
  readonly run: () => void
  /** Found by these texts too: codes, streets. */
  readonly also?: readonly string[]
}

/** First letters and whole sounds of a text: `cyl` and `caoyanglu` of 曹杨路. */
export interface Sounds {
  readonly initials: string
  readonly whole: string
}

/** Lower is better; null is no match. Every word of the query has to be found. */
export function rank(query: string, item: Findable, soundsOf: (text: string) => Sounds | null): number | null {
  const wanted = query.trim().toLowerCase().split(/\s+/).filter(Boolean)
  let sum = 0
  for (const part of wanted) {
    const best = rankOfPart(part, item, soundsOf)
    if (best === null) return null
    sum += best
  }
  return sum
}

function rankOfPart(part: string, item: Findable, soundsOf: (text: string) => Sounds | null): number | null {
  const word = item.word.toLowerCase()
  if (word.startsWith(part)) return 0
  if (word.includes(part)) return 1
  if (item.also?.some((text) => text.toLowerCase().includes(part))) return 2
  if (!/^[a-z]+$/.test(part)) return null
  for (const text of [item.word, ...(item.also ?? [])]) {
    const sounds = soundsOf(text)
    if (!sounds) continue
    if (sounds.initials.startsWith(part)) return 3
    if (sounds.initials.includes(part) || sounds.whole.startsWith(part)) return 4
  }
  return null
}

/** The best of many, without sorting all of them. */
export function bestOf(query: string, items: readonly Findable[], soundsOf: (text: string) => Sounds | null, most: number): Findable[] {
  const found: { item: Findable; rank: number }[] = []
  for (const item of items) {
    const r = rank(query, item, soundsOf)
    if (r !== null) found.push({ item, rank: r })
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, most).map((one) => one.item)
}
