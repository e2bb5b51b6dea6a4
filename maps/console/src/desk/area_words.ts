// What a cell of the strip says about a street: why it has its colour, in few words. Pure.
import { temperature } from '@kit/clock/durations'
import { clockTonight } from './tonight_clock'
import type { AreaWarningView, ReasonView, SignalView } from '@kit/wire/wire'
import type { Words } from '@kit/words/zh'

type Facts = Record<string, unknown>

const degrees = (facts: Facts) => (typeof facts.value === 'number' ? temperature(facts.value) : '')

/** The reason that counts most: the first that names a trigger. */
export function leadingReason(area: AreaWarningView): ReasonView | null {
  return area.reasons.find((reason) => (reason.facts as Facts).level === area.level) ?? area.reasons[0] ?? null
}

export function shortReason(area: AreaWarningView, words: Words, now: number): string {
  const strip = words.desk.strip
  const reason = leadingReason(area)
  if (!reason) return strip.noTrigger
  const facts = reason.facts as Facts
  switch (reason.rule) {
    case 'area_colour/hand_raise':
      return area.raise?.until ? strip.handRaiseUntil(clockTonight(area.raise.until, now)) : strip.handRaise
    case 'area_colour/signal': {
      const kind = words.common.signal[facts.kind as SignalView['kind']] ?? ''
      const colour = words.common.signalColour[facts.colour as keyof Words['common']['signalColour']] ?? ''
      return /[a-z]$/i.test(kind) ? `${kind} ${colour}` : `${kind}${colour}`
    }
    case 'area_colour/temp_min': return strip.forecastMin(degrees(facts))
    case 'area_colour/apparent_min': return strip.apparentMin(degrees(facts))
    case 'area_colour/temp_max': return strip.forecastMax(degrees(facts))
    case 'area_colour/hot_night': return strip.hotNight(degrees(facts))
    case 'area_colour/running_nights': return typeof facts.n_nights === 'number' ? strip.runningNights(facts.n_nights) : strip.noTrigger
    case 'area_colour/wet_cold': return strip.wetCold
    case 'area_colour/air_quality': return typeof facts.value === 'number' ? strip.airQuality(facts.value) : strip.noTrigger
    default: return strip.noTrigger
  }
}

export function signalName(signal: SignalView, words: Words): string {
  const kind = words.common.signal[signal.kind]
  if (!signal.colour) return kind
  const colour = words.common.signalColour[signal.colour]
  return /[a-z]$/i.test(kind) ? `${kind} ${colour}` : `${kind}${colour}`
}

const GRAVITY = { red: 0, orange: 1, yellow: 2, blue: 3 } as const

/** Signals in force anywhere in the district, each once: warnings before forecasts, graver first, newer first. */
export function signalsOf(areas: Iterable<AreaWarningView>): SignalView[] {
  const found = new Map<string, SignalView>()
  for (const area of areas) for (const signal of area.signals) found.set(signal.id, signal)
  const gravity = (signal: SignalView) => (signal.colour ? GRAVITY[signal.colour] : 4)
  return [...found.values()].sort((a, b) => gravity(a) - gravity(b) || (a.issued_at < b.issued_at ? 1 : -1))
}
