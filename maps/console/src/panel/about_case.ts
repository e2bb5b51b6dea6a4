// What the head of the panel says about a case beyond its place. Pure: values and words in, texts out.
import { clockOf, distance } from '@kit/clock/durations'
import type { CaseRow, CaseView } from '@kit/wire/wire'
import type { Words } from '@kit/words/zh'

export interface AboutCase {
  /** Sex and band of the people, where known. */
  people: string[]
  /** Where the first report came from, with the number of its ticket. */
  source: string[]
  /** What must not be overlooked: guessed, doubtful, to be reviewed. */
  flags: string[]
  taken: string | null
}

export function aboutCase(row: CaseRow, whole: CaseView | null, words: Words): AboutCase {
  const first = [...(whole?.sightings ?? [])].sort((a, b) => (a.accepted_at < b.accepted_at ? -1 : 1))[0]
  const source = first ? [words.casePanel.sourceOf[first.source]] : []
  const flags: string[] = []
  if (row.jurisdiction.guessed) flags.push(words.casePanel.streetGuessed)
  for (const doubt of row.doubts) flags.push(words.common.doubt[doubt])
  if (row.review) flags.push(words.casePanel.review)
  if (row.history) flags.push(words.casePanel.historyCase)
  if (row.details_erased) flags.push(words.casePanel.erased)
  if (row.members.length > 0) flags.push(words.casePanel.members(row.members.length))
  return {
    people: peopleBands(row, words),
    source,
    flags,
    taken: row.taken ? words.casePanel.takenBy(row.taken.name, clockOf(row.taken.at)) : null,
  }
}

/** `男 60–79 岁`, one for each different pair; nothing where nothing is known. */
export function peopleBands(row: Pick<CaseRow, 'subjects'>, words: Words): string[] {
  const said = row.subjects.map((subject) => bandOf(subject, words)).filter((text) => text !== '')
  return [...new Set(said)]
}

export function bandOf(of: { sex?: string | null; age_band?: string | null }, words: Words): string {
  const parts: string[] = []
  if (of.sex && of.sex !== 'unknown') parts.push(words.common.sex[of.sex as 'male'])
  if (of.age_band && of.age_band !== 'unknown') parts.push(words.common.ageBand[of.age_band as 'unknown'])
  return parts.join(' ')
}

/** Accuracy of a position, or that there is none. */
export function positionWords(position: CaseRow['position'], words: Words): string {
  if (!position) return words.casePanel.noPosition
  return position.accuracy_m === null || position.accuracy_m === undefined ? '' : words.casePanel.accuracy(distance(position.accuracy_m))
}
