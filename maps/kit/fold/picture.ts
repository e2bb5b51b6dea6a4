// What a page knows of the district, and how messages of the feed keep it true. Pure: picture + messages → picture.
// A picture is never changed; a fold copies the maps that it touches, once for all messages it is given.
import type { FeedData, FeedEvent, FeedMessage, Gone, HiddenData, ShownData, SnapshotMessage, Who } from '../wire/feed'
import type {
  AreaWarningView, CaseRow, EscalationView, ResourceView, TaskView, TimelineView, UnitPositionView, UnitView,
} from '../wire/wire'

export interface Picture {
  /** Identity of the journal; a position counts only within it. */
  readonly epoch: string | null
  /** Everything up to this event is known. */
  readonly seq: number
  /** Whether a snapshot has been taken in; before it nothing below says anything. */
  readonly complete: boolean
  readonly who: Who | null
  readonly drill: boolean
  readonly policy: string
  readonly cases: ReadonlyMap<string, CaseRow>
  readonly tasks: ReadonlyMap<string, TaskView>
  readonly escalations: ReadonlyMap<string, EscalationView>
  readonly areaWarnings: ReadonlyMap<string, AreaWarningView>
  readonly units: ReadonlyMap<string, UnitView>
  readonly resources: ReadonlyMap<string, ResourceView>
  readonly positions: ReadonlyMap<string, UnitPositionView>
}

/** One event as somebody may want to be told of it: no part of the picture. */
export interface Notable {
  readonly seq: number
  readonly at: string
  readonly kind: string
  readonly case_id: string | null
  readonly about: Record<string, unknown>
  readonly timeline: readonly TimelineView[]
}

export interface Folded {
  readonly picture: Picture
  /** Cases that are new or changed. */
  readonly touched: ReadonlySet<string>
  readonly notables: readonly Notable[]
  /** A gap or a `resync`: take a new snapshot. */
  readonly needsSnapshot: boolean
  /** Newest `now` of the server in these messages, with its rate where it was said. */
  readonly clock: { readonly now: string; readonly rate: number | null } | null
}

export const NOTHING: Picture = {
  epoch: null,
  seq: 0,
  complete: false,
  who: null,
  drill: false,
  policy: '',
  cases: new Map(),
  tasks: new Map(),
  escalations: new Map(),
  areaWarnings: new Map(),
  units: new Map(),
  resources: new Map(),
  positions: new Map(),
}

type Draft = { -readonly [K in keyof Picture]: Picture[K] }

/** Copies each map at most once. */
class Changing {
  readonly draft: Draft
  readonly touched = new Set<string>()
  private readonly owned = new Set<string>()

  constructor(picture: Picture) {
    this.draft = { ...picture }
  }

  map<K extends 'cases' | 'tasks' | 'escalations' | 'areaWarnings' | 'units' | 'resources' | 'positions'>(
    name: K,
  ): Picture[K] extends ReadonlyMap<string, infer V> ? Map<string, V> : never {
    if (!this.owned.has(name)) {
      this.owned.add(name)
      this.draft[name] = new Map(this.draft[name] as ReadonlyMap<string, never>) as never
    }
    return this.draft[name] as never
  }

  put(data: FeedData): void {
    if (data.case) this.putCase(data.case)
    for (const row of data.cases ?? []) this.putCase(row)
    if (data.task) this.putTask(data.task)
    for (const task of data.tasks ?? []) this.putTask(task)
    if (data.escalation) this.putEscalation(data.escalation)
    for (const escalation of data.escalations ?? []) this.putEscalation(escalation)
    for (const area of data.area_warnings ?? []) this.map('areaWarnings').set(area.jurisdiction, area)
    for (const unit of data.units ?? []) this.map('units').set(unit.id, unit)
    for (const resource of data.resources ?? []) this.map('resources').set(resource.id, resource)
    if (data.drill !== undefined && data.drill !== null) this.draft.drill = data.drill
    if (data.policy !== undefined && data.policy !== null) this.draft.policy = data.policy
    if (data.gone) this.takeOut(data.gone)
  }

  takeOut(gone: Gone): void {
    for (const id of gone.cases ?? []) {
      this.map('cases').delete(id)
      this.touched.add(id)
    }
    for (const id of gone.tasks ?? []) {
      this.touchCaseOf(id)
      this.map('tasks').delete(id)
    }
    for (const id of gone.escalations ?? []) this.map('escalations').delete(id)
  }

  private putCase(row: CaseRow): void {
    const known = this.draft.cases.get(row.id)
    if (known && known.seq > row.seq) return
    this.map('cases').set(row.id, row)
    this.touched.add(row.id)
  }

  /** A task that goes, or goes over to another case, changes the one that had it. */
  private touchCaseOf(taskId: string): void {
    const known = this.draft.tasks.get(taskId)?.case_id
    if (known) this.touched.add(known)
  }

  private putTask(task: TaskView): void {
    this.touchCaseOf(task.id)
    this.map('tasks').set(task.id, task)
    if (task.case_id) this.touched.add(task.case_id)
  }

  private putEscalation(escalation: EscalationView): void {
    this.map('escalations').set(escalation.id, escalation)
    if (escalation.case_id) this.touched.add(escalation.case_id)
  }
}

/** Takes in messages in the order of their arrival. */
export function fold(picture: Picture, messages: readonly FeedMessage[]): Folded {
  let changing = new Changing(picture)
  const notables: Notable[] = []
  let needsSnapshot = false
  let clock = null as Folded['clock']
  for (const message of messages) {
    switch (message.type) {
      case 'hello':
        changing.draft.who = message.who
        changing.draft.epoch = message.epoch
        clock = { now: message.now, rate: message.clock_rate }
        break
      case 'snapshot':
        changing = new Changing(pictureOf(changing.draft, message))
        for (const id of changing.draft.cases.keys()) changing.touched.add(id)
        clock = { now: message.now, rate: clock?.rate ?? null }
        needsSnapshot = false
        break
      case 'events':
        if (!changing.draft.complete) break
        if (message.after > changing.draft.seq) {
          needsSnapshot = true
          changing.draft.complete = false
          break
        }
        for (const event of message.events) {
          // Several events may share a seq: the position moves on only with the message.
          if (event.seq <= changing.draft.seq) continue
          takeIn(changing, event)
          notables.push(notableOf(event))
        }
        changing.draft.seq = Math.max(changing.draft.seq, message.upto)
        break
      case 'positions': {
        const positions = changing.map('positions')
        for (const position of message.positions) positions.set(position.unit, position)
        break
      }
      case 'resync':
        needsSnapshot = true
        changing.draft.complete = false
        break
      case 'ping':
        clock = { now: message.now, rate: clock?.rate ?? null }
        break
    }
  }
  return { picture: changing.draft, touched: changing.touched, notables, needsSnapshot, clock }
}

function takeIn(changing: Changing, event: FeedEvent): void {
  if (event.kind === 'case.shown') {
    const { case: whole, gone } = event.data as ShownData
    const { sightings: _s, tasks, escalations, holds: _h, timeline: _t, ...row } = whole
    changing.put({
      case: row as CaseRow,
      tasks,
      // Those of areas come for themselves.
      escalations: escalations.filter((escalation) => escalation.case_id),
      gone,
    })
  } else if (event.kind === 'case.hidden') {
    changing.takeOut((event.data as HiddenData).gone)
  } else {
    changing.put(event.data as FeedData)
  }
}

function notableOf(event: FeedEvent): Notable {
  const data = event.data as FeedData
  return {
    seq: event.seq,
    at: event.at,
    kind: event.kind,
    case_id: data.case_id ?? null,
    about: data.about ?? {},
    timeline: data.timeline ?? [],
  }
}

function pictureOf(before: Picture, snapshot: SnapshotMessage): Picture {
  const by = <T, K extends string>(items: readonly T[], key: (item: T) => K) =>
    new Map(items.map((item) => [key(item), item] as const))
  return {
    epoch: before.epoch,
    who: before.who,
    complete: true,
    seq: snapshot.seq,
    drill: snapshot.drill,
    policy: snapshot.policy,
    cases: by(snapshot.cases, (row) => row.id),
    tasks: by(snapshot.tasks, (task) => task.id),
    escalations: by(snapshot.escalations, (escalation) => escalation.id),
    areaWarnings: by(snapshot.area_warnings, (area) => area.jurisdiction),
    units: by(snapshot.units, (unit) => unit.id),
    resources: by(snapshot.resources, (resource) => resource.id),
    positions: by(snapshot.positions ?? [], (position) => position.unit),
  }
}
