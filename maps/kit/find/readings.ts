// How Chinese is read aloud, for the search of places: the tables are large and are loaded when first asked for.
// A character that has several readings answers to each of them.

/** For each character of a text the syllables it may be read as; empty for what is no Chinese character. */
export type Readings = (text: string) => readonly (readonly string[])[]

/** Before the tables are there: names are found by their own characters only. */
export const UNREAD: Readings = (text) => [...text].map(() => [])

let loaded: Promise<Readings> | null = null

export function loadReadings(): Promise<Readings> {
  loaded ??= import('pinyin-pro').then(({ pinyin, polyphonic }) => {
    const known = new Map<string, readonly string[]>()
    const ofCharacter = (character: string): readonly string[] => {
      let syllables = known.get(character)
      if (!syllables) {
        syllables = /\p{Script=Han}/u.test(character) ? plain(polyphonic(character, { toneType: 'none', type: 'array' })[0] ?? '') : []
        known.set(character, syllables)
      }
      return syllables
    }
    return (text) => {
      // The reading in its word first, then the others.
      const inWord = pinyin(text, { toneType: 'none', type: 'array' })
      const characters = [...text]
      return characters.map((character, at) => {
        const all = ofCharacter(character)
        const first = inWord.length === characters.length ? (inWord[at] ?? '') : ''
        return all.length > 0 && first ? [...new Set([...plain(first), ...all])] : all
      })
    }
  })
  return loaded
}

function plain(syllables: string | readonly string[]): string[] {
  return [syllables]
    .flat()
    .flatMap((text) => text.split(/\s+/))
    .map((text) => text.toLowerCase().replaceAll('ü', 'v'))
    .filter((text) => /^[a-z]+$/.test(text))
}
