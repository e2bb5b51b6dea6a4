// The few lines that stand beside a mark under the pointer or the focus. Three ages are three things: the fix, the last
// word, the state. Pure: values and words in, text out.
import { ageLength, clockLength, distance } from '../clock/durations'
import type { Picture } from '../fold/picture'
import { leadingTask, nextDeadline } from '../order/case_order'
import { holderOf, placeName } from '../order/case_words'
import type { CaseRow, PlaceView, TaskView } from '../wire/wire'
import type { Words } from '../words/zh'
import type { Hit } from './hits'
import type { UnitMark } from './unit_marks'

export interface Tip {
  title: string
  lines: string[]
}

interface Known {
  picture: Picture
  places: readonly PlaceView[]
  words: Words
  now: number
}

export function tipFor(hit: Hit, known: Known): Tip | null {
  switch (hit.kind) {
    case 'unit':
      return tipForUnit(hit.unit, known)
    case 'spot':
      return hit.spot.kind === 'place' ? tipForPlace(hit.spot.id, known) : tipForResource(hit.spot.id, known)
    case 'mark': {
      if (hit.mark.only) {
        const row = known.picture.cases.get(hit.mark.only.id)
        return row ? tipForCase(row, known) : null
      }
      const { words } = known
      const levels = (['p0', 'orange', 'yellow', 'blue', 'none'] as const)
        .filter((shape) => hit.mark.counts[shape] > 0)
        .map((shape) => `${shape === 'p0' ? words.common.priority.P0 : words.common.level[shape]} ${hit.mark.counts[shape]}`)
      if (hit.mark.nMissed > 0) levels.push(`${words.common.missed} ${hit.mark.nMissed}`)
      return { title: words.map.together(hit.mark.n), lines: [levels.join(' · '), words.map.togetherHow] }
    }
  }
}

function age(stamp: string | null | undefined, { words, now }: Known): string {
  if (!stamp) return words.common.unknown
  return `${ageLength(now - Date.parse(stamp), words.common.units)}${words.common.ago}`
}

export function tasksOf(picture: Picture, caseId: string): TaskView[] {
  return [...picture.tasks.values()].filter((task) => task.case_id === caseId)
}

export function tipForCase(row: CaseRow, known: Known): Tip {
  const { words, picture, now } = known
  const tasks = tasksOf(picture, row.id)
  const next = nextDeadline(row)
  const facts = [words.common.priority[row.priority.value], words.common.levelCase[row.warning_level.value], words.common.tier[row.tier.value]]
  const lines = [facts.join(' · '), holderOf(row, tasks, picture.units, words).text]
  if (next.kind !== 'none') {
    const name = words.common.deadline[next.deadline.kind]
    const far = clockLength(next.at - now)
    lines.push(next.kind === 'missed' ? `${name} ${words.common.missed} ${far}` : `${name} ${next.at < now ? words.common.maybeMissed : `${words.common.left} ${far}`}`)
  }
  const task = leadingTask(tasks)
  const accuracy = row.position?.accuracy_m ? ` ${words.map.accuracy(distance(row.position.accuracy_m))}` : ''
  lines.push(`${words.map.fix} ${age(row.last_seen_at ?? row.opened_at, known)}${accuracy}`)
  const unit = task?.unit ? picture.positions.get(task.unit) : undefined
  if (unit) lines.push(`${words.map.heard} ${age((unit as { heard_at?: string | null }).heard_at ?? unit.at, known)}`)
  lines.push(`${words.map.state} ${age(task ? stateSince(task) : row.opened_at, known)}`)
  return { title: placeName(row, words), lines }
}

/** When a task came into its state. */
function stateSince(task: TaskView): string {
  return task.arrived_at ?? task.departed_at ?? task.accepted_at ?? task.made_at
}

function tipForUnit(mark: UnitMark, known: Known): Tip {
  const { words, picture } = known
  const unit = picture.units.get(mark.id)
  const position = picture.positions.get(mark.id)
  const task = leadingTask([...picture.tasks.values()].filter((each) => each.unit === mark.id))
  const state = task ? words.common.task[task.state] : words.map.onShift
  const since = task ? stateSince(task) : unit?.shift?.started_at
  const accuracy = position?.position.accuracy_m ? ` ${words.map.accuracy(distance(position.position.accuracy_m))}` : ''
  return {
    title: unit?.name ?? mark.id,
    lines: [
      `${words.map.fix} ${age(mark.fix_at, known)}${accuracy}`,
      `${words.map.heard} ${age(mark.heard_at, known)}`,
      `${words.map.state} ${state} · ${age(since, known)}`,
    ],
  }
}

function tipForResource(id: string, known: Known): Tip | null {
  const { words, picture } = known
  const resource = picture.resources.get(id)
  if (!resource) return null
  const beds = resource.beds_free ?? null
  return {
    title: resource.name,
    lines: [beds === null ? words.map.bedsUnknown : words.map.bedsFree(beds), `${words.map.said} ${age(resource.said_at, known)}`],
  }
}

function tipForPlace(id: string, known: Known): Tip | null {
  const { words } = known
  const place = known.places.find((each) => each.id === id)
  if (!place) return null
  return { title: place.name, lines: [place.looked_at ? `${words.map.looked} ${age(place.looked_at, known)}` : words.map.neverLooked] }
}
