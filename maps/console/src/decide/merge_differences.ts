// Two cases side by side: what each says, and whether it agrees, line by line. Pure: values and words in, texts out.
import { ageLength, clockOf, distance } from '@kit/clock/durations'
import { holderOf } from '@kit/order/case_words'
import type { CaseRow, CaseView, Sign, SuggestionView, TaskView, UnitView } from '@kit/wire/wire'
import type { Words } from '@kit/words/zh'
import { bandOf, positionWords } from '../panel/about_case'
import { metresBetween } from './other_cases'

export interface Side {
  row: CaseRow
  whole: CaseView | null
  tasks: readonly TaskView[]
}

export interface MergeLine {
  line: keyof Words['casePanel']['decide']['line']
  kept: string
  joined: string
  verdict: string
  /** Written bold: somebody has to look at it. */
  differs: boolean
  /** Both say the same, or nothing that speaks against it. */
  agrees: boolean
}

const SOURCE_FIRST = (whole: CaseView | null) => [...(whole?.sightings ?? [])].sort((a, b) => (a.seen_at < b.seen_at ? -1 : 1))[0]

export function mergeLines(kept: Side, joined: Side, units: ReadonlyMap<string, UnitView>, words: Words): MergeLine[] {
  const w = words.casePanel.decide
  const suggestion = suggestionBetween(kept, joined)
  const of = (line: MergeLine['line'], a: string, b: string, verdict: string, differs = false, agrees = false): MergeLine => ({ line, kept: a || '—', joined: b || '—', verdict, differs, agrees })

  const metres = suggestion?.distance_m ?? metresBetween(kept.row.position ?? null, joined.row.position ?? null)
  const position = of('position', whereFrom(kept, words), whereFrom(joined, words), metres === null ? w.notComparable : w.metresApart(distance(metres)), false, suggestion !== null && metres !== null)

  const [seenA, seenB] = [firstSeen(kept), firstSeen(joined)]
  const apart = seenA && seenB ? Math.abs(Date.parse(seenA) - Date.parse(seenB)) : null
  const first = of('first_seen', clock(seenA), clock(seenB), apart === null ? w.notComparable : w.timeApart(ageLength(apart, words.common.units)))

  const [nA, nB] = [kept.row.subjects.length, joined.row.subjects.length]
  const people = of('people', `${nA} ${words.common.people}`, `${nB} ${words.common.people}`, nA === nB ? w.same : w.peopleApart(Math.abs(nA - nB)), nA !== nB, nA === nB)

  const bands = compareBands(kept.row, joined.row)
  const bandVerdict = { same: w.same, compatible: w.compatible, contradicts: w.contradicts }[bands]
  const bandLine = of('bands', bandWords(kept.row, words), bandWords(joined.row, words), bandVerdict, bands === 'contradicts', bands !== 'contradicts')

  const [signsA, signsB] = [signsOf(kept), signsOf(joined)]
  const sameSigns = signsA.length === signsB.length && signsA.every((sign) => signsB.includes(sign))
  const signWords = (signs: Sign[]) => signs.map((sign) => words.common.sign[sign]).join(' · ')
  const signs = of('signs', signWords(signsA), signWords(signsB), sameSigns ? w.same : w.differs, !sameSigns, sameSigns)

  const [pA, pB] = [kept.row.priority.value, joined.row.priority.value]
  const priority = of('priority', words.common.priority[pA], words.common.priority[pB], pA === pB ? w.same : w.highest, pA !== pB, pA === pB)

  return [position, first, people, bandLine, signs, priority, taskLine(), onSiteLine(), replyLine()]

  function taskLine(): MergeLine {
    const [a, b] = [live(kept.tasks), live(joined.tasks)]
    const offered = [...a, ...b].some((task) => task.state === 'offered' || task.state === 'waiting')
    const verdict = a.length === 0 || b.length === 0 ? '' : offered ? w.oneStays : w.allStay
    return of('tasks', holderOf(kept.row, kept.tasks, units, words).text, holderOf(joined.row, joined.tasks, units, words).text, verdict, verdict === w.oneStays)
  }
  function onSiteLine(): MergeLine {
    const by = (row: CaseRow) => row.deadlines.find((deadline) => deadline.kind === 'on_site')?.by ?? null
    const [a, b] = [by(kept.row), by(joined.row)]
    return of('on_site', clock(a), clock(b), a && b && a !== b ? w.earlier : a === b && a ? w.same : '')
  }
  function replyLine(): MergeLine {
    return of('replies', sourceWords(kept, words), sourceWords(joined, words), w.allStay)
  }
}

/** The best suggestion that either case carries about the other. */
export function suggestionBetween(a: Side, b: Side): SuggestionView | null {
  const about = (side: Side, other: CaseRow) => (side.whole?.sightings ?? []).flatMap((sighting) => sighting.may_duplicate).filter((s) => s.case_id === other.id || other.members.includes(s.case_id))
  return [...about(a, b.row), ...about(b, a.row)].sort((x, y) => y.score - x.score)[0] ?? null
}

/** Unknown says nothing against; a known sex or band that nobody of the other side has is a contradiction. */
export function compareBands(a: Pick<CaseRow, 'subjects'>, b: Pick<CaseRow, 'subjects'>): 'same' | 'compatible' | 'contradicts' {
  const key = (row: Pick<CaseRow, 'subjects'>) => row.subjects.map((s) => `${s.sex ?? 'unknown'}/${s.age_band ?? 'unknown'}`).sort().join(',')
  if (key(a) === key(b)) return 'same'
  const known = (value: string | null | undefined) => value !== null && value !== undefined && value !== 'unknown'
  const fits = (x: CaseRow['subjects'][number], y: CaseRow['subjects'][number]) =>
    (!known(x.sex) || !known(y.sex) || x.sex === y.sex) && (!known(x.age_band) || !known(y.age_band) || x.age_band === y.age_band)
  const [few, many] = a.subjects.length <= b.subjects.length ? [a.subjects, b.subjects] : [b.subjects, a.subjects]
  return few.every((x) => many.some((y) => fits(x, y))) ? 'compatible' : 'contradicts'
}

const live = (tasks: readonly TaskView[]) => tasks.filter((task) => ['waiting', 'offered', 'accepted', 'departed', 'arrived'].includes(task.state))
const clock = (stamp: string | null | undefined) => (stamp ? clockOf(stamp) : '')
const firstSeen = (side: Side) => SOURCE_FIRST(side.whole)?.seen_at ?? side.row.opened_at
const signsOf = (side: Side): Sign[] => [...new Set((side.whole?.sightings ?? []).flatMap((sighting) => sighting.signs))].sort()
const bandWords = (row: CaseRow, words: Words) => row.subjects.map((subject) => bandOf(subject, words) || words.common.unknown).join('；')

function whereFrom(side: Side, words: Words): string {
  const first = SOURCE_FIRST(side.whole)
  return [positionWords(side.row.position ?? null, words), first ? words.casePanel.sourceOf[first.source] : ''].filter((text) => text !== '').join(' · ')
}

function sourceWords(side: Side, words: Words): string {
  const texts = (side.whole?.sightings ?? []).map((sighting) => {
    const reply = sighting.reply_by ? `${words.casePanel.replyBy} ${sighting.reply_by.slice(5, 16).replace('T', ' ')}` : ''
    return [words.common.source[sighting.source], sighting.source_ref ?? '', reply].filter((text) => text !== '').join(' ')
  })
  return [...new Set(texts)].join(' · ')
}
