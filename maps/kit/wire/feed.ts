// The messages of the live feed, as the program describes them in its API document.
import type { components } from './api'

type Shapes = components['schemas']
type Sent<T extends string> = Extract<Shapes['FeedMessage'], { type: T }>

export type Gone = Shapes['Gone']
/** What an event carries; only what it touched is there. */
export type FeedData = Omit<Shapes['FeedData'], 'about'> & { about?: Record<string, unknown> }
/** `case.shown` carries the whole case as of its seq. */
export type ShownData = Shapes['ShownData']
export type HiddenData = Shapes['HiddenData']
export type FeedEvent = Omit<Shapes['FeedEvent'], 'data'> & { data: FeedData | ShownData | HiddenData }
export type HelloMessage = Sent<'hello'>
export type EventsMessage = Omit<Sent<'events'>, 'events'> & { events: FeedEvent[] }
export type PositionsMessage = Sent<'positions'>
export type SnapshotMessage = Sent<'snapshot'>
export type ResyncMessage = Sent<'resync'>
export type PingMessage = Sent<'ping'>
export type Who = HelloMessage['who']

export type FeedMessage =
  | HelloMessage | EventsMessage | PositionsMessage | SnapshotMessage | ResyncMessage | PingMessage
