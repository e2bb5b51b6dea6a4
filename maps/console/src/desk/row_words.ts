// What a row of the list says of a case, on screen and to a screen reader. Pure.
import { ageLength, clockLength, rowLength } from '@kit/clock/durations'
import { holderOf, peopleWords, placeName } from '@kit/order/case_words'
import type { UnitView } from '@kit/wire/wire'
import type { Words } from '@kit/words/zh'
import type { Entry } from './case_book'
import type { Countdown } from './countdown'
import { shortStreet } from './street_name'

export interface RowWords {
  place: string
  holder: string
  /** Nobody has it: the holder is written in the strongest text. */
  open: boolean
  /** Empty where the place is the street itself. */
  street: string
  people: string
  age: string
}

export function rowWords(entry: Entry, units: ReadonlyMap<string, UnitView>, now: number, words: Words): RowWords {
  const { row } = entry
  const holder = row.state === 'closed' ? { text: words.desk.list.closed, open: false } : holderOf(row, entry.tasks, units, words)
  const ms = now - Date.parse(row.opened_at)
  const age = ms < 3_600_000 ? ageLength(ms, words.common.units) : rowLength(ms, words.common.units)
  return {
    place: placeName(row, words),
    holder: holder.text,
    open: holder.open,
    street: row.place?.name ? shortStreet(row.jurisdiction.name) : '',
    people: peopleWords(row, words),
    age: words.desk.list.age(age),
  }
}

/** The time of a countdown: to the second where it is the selected case, else as rows write lengths. */
export function countdownTime(countdown: Countdown, selected: boolean, words: Words): string {
  return selected ? clockLength(countdown.ms) : rowLength(countdown.ms, words.desk.list.units).trim()
}
