// The messages of the live feed, as `wire.md` fixes them and the program sends them.
import type {
  AreaWarningView, CaseRow, CaseView, EscalationView, ResourceView, Role, SnapshotView, TaskView, TimelineView,
  UnitPositionView, UnitView,
} from './wire'

export interface Gone {
  cases?: string[]
  tasks?: string[]
  escalations?: string[]
}

/** What an event carries; only what it touched is there. */
export interface FeedData {
  case_id?: string
  case?: CaseRow
  cases?: CaseRow[]
  task?: TaskView
  tasks?: TaskView[]
  escalation?: EscalationView
  escalations?: EscalationView[]
  area_warnings?: AreaWarningView[]
  units?: UnitView[]
  resources?: ResourceView[]
  drill?: boolean
  policy?: string
  timeline?: TimelineView[]
  about?: Record<string, unknown>
  gone?: Gone
}

/** `case.shown` carries the whole case as of its seq. */
export interface ShownData {
  case_id: string
  case: CaseView
  gone?: Gone
}

/** `case.hidden`. */
export interface HiddenData {
  case_id: string
  gone: Gone
}

export interface FeedEvent {
  seq: number
  at: string
  kind: string
  data: FeedData | ShownData | HiddenData
}

export interface Who {
  account: string
  role: Role
  jurisdictions: string[]
  department: string | null
  unit: string | null
}

export interface HelloMessage { type: 'hello'; epoch: string; seq: number; who: Who; now: string; clock_rate: number }
export interface EventsMessage { type: 'events'; after: number; upto: number; events: FeedEvent[] }
export interface PositionsMessage { type: 'positions'; positions: UnitPositionView[] }
export type SnapshotMessage = { type: 'snapshot'; now: string } & SnapshotView
export interface ResyncMessage { type: 'resync'; seq: number }
export interface PingMessage { type: 'ping'; now: string }

export type FeedMessage =
  | HelloMessage | EventsMessage | PositionsMessage | SnapshotMessage | ResyncMessage | PingMessage
