// The one websocket of a page: greets, resumes, comes back after a cut. It knows nothing of what messages mean.
import type { FeedMessage } from '../wire/feed'

export type Light = 'connecting' | 'live' | 'late' | 'offline' | 'ended'

export interface ConnectionState {
  light: Light
  /** Milliseconds of `performance.now` when the last message came. */
  heardAt: number | null
  /** Why it ended for good: the code of the close. */
  ended: number | null
  nConnections: number
  /** While the server is away: which attempt comes next, and when (`performance.now`). */
  retry: { n: number; at: number } | null
}

export interface ConnectionMeans {
  url: string
  /** Where to go on; null asks for a snapshot. */
  position: () => { epoch: string; seq: number } | null
  receive: (message: FeedMessage) => void
  changed: (state: ConnectionState) => void
  open?: (url: string, protocol: string) => WebSocket
}

/** Silence after which the light says late, and after which it says offline and the socket is made anew. */
export const LATE_AFTER_MS = 2_000
export const OFFLINE_AFTER_MS = 10_000
/** How often silence is measured, and how often the server is asked whether it lives. */
const LOOK_EVERY_MS = 500
const ASK_EVERY_MS = 1_000
const WAIT_MS = [200, 500, 1_000, 2_000, 5_000] as const
/** How long opening a socket may take. */
const OPENING_MS = 5_000
const PROTOCOL = 'lamplighter.v1'

/** Close codes that say: trying again makes no sense before somebody signs in. */
const SIGN_IN_AGAIN = new Set([4401, 4402, 4403, 4404])

export class Connection {
  private socket: WebSocket | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private looking: ReturnType<typeof setInterval> | null = null
  private nFailures = 0
  private askedAt = 0
  private openedAt = 0
  private stopped = false
  private readonly state: ConnectionState = { light: 'connecting', heardAt: null, ended: null, nConnections: 0, retry: null }

  constructor(private readonly means: ConnectionMeans) {}

  start(): void {
    this.stopped = false
    this.state.ended = null
    this.looking ??= setInterval(() => this.look(), LOOK_EVERY_MS)
    this.connect()
  }

  stop(): void {
    this.stopped = true
    if (this.timer) clearTimeout(this.timer)
    if (this.looking) clearInterval(this.looking)
    this.timer = this.looking = null
    this.drop()
  }

  askForSnapshot(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send('{"type":"snapshot"}')
  }

  private connect(): void {
    this.timer = null
    this.drop()
    const open = this.means.open ?? ((url, protocol) => new WebSocket(url, protocol))
    const socket = open(this.means.url, PROTOCOL)
    this.socket = socket
    this.openedAt = performance.now()
    socket.onopen = () => {
      this.state.nConnections += 1
      const resume = this.means.position()
      socket.send(JSON.stringify(resume ? { type: 'hello', resume } : { type: 'hello' }))
      if (!resume) socket.send('{"type":"snapshot"}')
    }
    socket.onmessage = (event: MessageEvent<string>) => {
      if (this.socket !== socket) return
      this.nFailures = 0
      this.state.retry = null
      this.state.heardAt = performance.now()
      if (this.state.light !== 'live') this.show('live')
      this.means.receive(JSON.parse(event.data) as FeedMessage)
    }
    socket.onclose = (event) => {
      if (this.socket !== socket) return
      this.socket = null
      if (SIGN_IN_AGAIN.has(event.code)) {
        this.state.ended = event.code
        this.show('ended')
        return
      }
      this.again()
    }
  }

  private again(): void {
    if (this.stopped || this.timer) return
    const wait = WAIT_MS[Math.min(this.nFailures, WAIT_MS.length - 1)] ?? 5_000
    this.nFailures += 1
    this.timer = setTimeout(() => this.connect(), wait)
    this.state.retry = { n: this.nFailures, at: performance.now() + wait }
  }

  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void {
    if (this.stopped || this.state.light === 'live' || this.state.light === 'ended') return
    if (this.timer) clearTimeout(this.timer)
    this.nFailures += 1
    this.state.retry = { n: this.nFailures, at: performance.now() }
    this.connect()
    this.means.changed({ ...this.state })
  }

  private look(): void {
    if (this.state.light === 'ended') return
    const now = performance.now()
    if (this.socket?.readyState === WebSocket.OPEN && now - this.askedAt >= ASK_EVERY_MS) {
      this.askedAt = now
      this.socket.send('{"type":"ping"}')
    }
    const silent = this.state.heardAt === null ? null : now - this.state.heardAt
    if (silent === null) return
    if (silent > OFFLINE_AFTER_MS) {
      this.show('offline')
      // A socket that is still being opened gets its time: a slow line would never come back otherwise.
      const opening = this.socket?.readyState === WebSocket.CONNECTING && now - this.openedAt < OPENING_MS
      if (this.socket && !this.timer && !opening) {
        this.drop()
        this.again()
      }
    } else if (silent > LATE_AFTER_MS) this.show('late')
    else this.means.changed({ ...this.state })
  }

  private drop(): void {
    const socket = this.socket
    this.socket = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    }
  }

  private show(light: Light): void {
    this.state.light = light
    this.means.changed({ ...this.state })
  }
}
