// How a case is named and described in one line. Pure: values and words in, text out.
import type { CaseRow, TaskView, UnitView } from '../wire/wire'
import type { Words } from '../words/zh'
import { leadingTask, nobodyAnswers } from './case_order'

/** A short code that people can say: the month and day it was opened, and the end of its id. */
export function caseCode(row: { id: string; opened_at: string }): string {
  return `${row.opened_at.slice(5, 7)}${row.opened_at.slice(8, 10)}-${row.id.slice(-4).toUpperCase()}`
}

/** Where, in words: the named place with its level, else the street, else that nothing is known. */
export function placeName(row: CaseRow, words: Words): string {
  const place = row.place
  const level = place?.level && place.level !== 'unknown' ? words.common.placeLevel[place.level] : null
  if (place?.name) {
    // The name may say the level already.
    return level && !place.name.includes(level) ? `${place.name} ${level}` : place.name
  }
  return level ? `${row.jurisdiction.name} ${level}` : row.jurisdiction.name
}

export function peopleWords(row: CaseRow, words: Words): string {
  const n = row.subjects.length
  return n === 0 ? words.common.sign.bedding_only : `${n} ${words.common.people}`
}

export interface Holder {
  text: string
  /** Whether nobody has it: written in the strongest text. */
  open: boolean
}

/** Who has a case now. */
export function holderOf(
  row: CaseRow,
  tasks: Iterable<TaskView>,
  units: ReadonlyMap<string, UnitView>,
  words: Words,
): Holder {
  const task = leadingTask(tasks)
  const unit = task?.unit ? (units.get(task.unit)?.name ?? task.unit) : null
  if (task && unit && task.state !== 'waiting') return { text: `${unit} ${words.common.task[task.state]}`, open: false }
  if (row.taken) return { text: row.taken.name, open: false }
  const waits = words.common.waiting
  if (nobodyAnswers(row)) return { text: `${waits} · ${words.common.nobodyAnswers}`, open: true }
  if (row.state === 'follow_up') return { text: words.common.state.follow_up, open: false }
  return { text: waits, open: true }
}
