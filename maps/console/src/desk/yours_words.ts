// What a line of 要您处理 says. Pure: the thing and words in, text out.
import { clockLength, clockOf, rowLength } from '@kit/clock/durations'
import { placeName } from '@kit/order/case_words'
import type { Words } from '@kit/words/zh'
import { stampAt } from './stamp'
import { shortStreet } from './street_name'
import type { Yours } from './yours'

export interface YoursLine {
  text: string
  /** At the right: time left, or since when. */
  time: string
  /** Words that a screen reader gets in one breath. */
  strong: boolean
}

export function yoursLine(one: Yours, words: Words, now: number, offset: string): YoursLine {
  const { yours } = words.desk
  const left = (at: number) => (at > now ? yours.left(rowLength(at - now, words.common.units)) : yours.over(rowLength(now - at, words.common.units)))
  switch (one.kind) {
    case 'safety':
      return { text: one.panic ? yours.panic(one.unit.name) : yours.checkIn(one.unit.name), time: yours.since(clockOf(stampAt(one.at, offset))), strong: true }
    case 'nobody': {
      const calls = one.nCalls > 0 ? yours.calls(one.nCalls) : yours.noCalls
      const time = one.nextCall !== null && one.nextCall > now ? yours.nextCall(clockLength(one.nextCall - now)) : yours.since(clockOf(stampAt(one.at, offset)))
      return { text: `${placeName(one.row, words)} ${one.row.priority.value} · ${calls}`, time, strong: true }
    }
    case 'nobodyMore': return { text: yours.nobodyMore(one.n), time: yours.since(clockOf(stampAt(one.at, offset))), strong: true }
    case 'confirm': {
      const level = words.common.level[one.level]
      const name = shortStreet(one.streets[0]?.name ?? '')
      const n = one.streets.length
      const text = one.rises ? (n === 1 ? yours.oneRises(name, level) : yours.rises(n, level)) : n === 1 ? yours.oneFalls(name) : yours.falls(n)
      return { text, time: left(one.at), strong: false }
    }
    case 'short': {
      const where = one.streets.length === 1 ? shortStreet(one.streets[0] ?? '') : yours.shortStreets(one.streets.length)
      return { text: yours.short(where, one.n), time: yours.since(clockOf(stampAt(one.at, offset))), strong: false }
    }
    case 'handover': {
      const place = placeName(one.row, words)
      return { text: one.incoming ? yours.handOverFrom(one.to, place) : yours.handOverTo(one.to, place), time: left(one.at), strong: false }
    }
    case 'reply':
      return { text: yours.reply(one.ref, placeName(one.row, words)), time: left(one.at), strong: false }
  }
}
