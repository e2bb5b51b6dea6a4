// How a page asks the server: one function for reads, one for commands. A refusal is a value, never an exception lost.
import type { components } from '../wire/api'
import { en } from '../words/en'
import { zh } from '../words/zh'

/** What the server says when it refuses or fails (RFC 9457), or what we say when it cannot be reached. */
export interface Problem {
  code: string
  status: number
  title: string
  title_en: string
  retry: 'never' | 'same' | 'later'
  pointer?: string
  [fact: string]: unknown
}

export type Answer<T> = { ok: true; value: T; status: number } | { ok: false; problem: Problem }

/** Who wants to know that a session has ended; the page shows a dialog over itself and keeps what was typed. */
let sessionEnded: () => void = () => undefined
export function onSessionEnded(tell: () => void): void {
  sessionEnded = tell
}

const UNREACHABLE: Problem = {
  code: 'unreachable',
  status: 0,
  title: zh.common.unreachable,
  title_en: en.common.unreachable,
  retry: 'same',
}

const TIME_LIMIT_MS = 15_000

/** A new id, version 4; `crypto.randomUUID` would need https. */
export function newId(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export function read<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
  return send<T>('GET', path, undefined, {}, signal)
}

export interface CommandOptions {
  /** The same key again is the same command: keep it while a form is open, so that a second press does nothing twice. */
  key?: string
  preview?: boolean
  method?: 'POST' | 'PUT' | 'DELETE'
  signal?: AbortSignal
}

export function command<T = components['schemas']['ChangesAnswer']>(
  path: string,
  body: unknown,
  options: CommandOptions = {},
): Promise<Answer<T>> {
  const url = options.preview ? `${path}${path.includes('?') ? '&' : '?'}preview=true` : path
  const headers = { 'Idempotency-Key': options.preview ? newId() : (options.key ?? newId()) }
  return send<T>(options.method ?? 'POST', url, body, headers, options.signal)
}

async function send<T>(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer<T>> {
  const limit = AbortSignal.timeout(TIME_LIMIT_MS)
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    const text = await response.text()
    const value: unknown = text === '' ? null : JSON.parse(text)
    if (response.ok) return { ok: true, value: value as T, status: response.status }
    const problem = value as Problem
    if (response.status === 401 && !path.startsWith('/api/v1/session')) sessionEnded()
    return { ok: false, problem: { ...problem, status: response.status } }
  } catch (fault) {
    if (signal?.aborted) return { ok: false, problem: { ...UNREACHABLE, code: 'aborted' } }
    return { ok: false, problem: { ...UNREACHABLE, cause: String(fault) } }
  }
}
