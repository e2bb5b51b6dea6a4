// Calls the public interface as an account: what other people do while somebody looks at a page.
import { randomUUID } from 'node:crypto'
import { PASSWORD } from './program'

export interface Sighting {
  id: string
  case_id: string
  sighting_id: string
  [member: string]: unknown
}

export class Caller {
  private constructor(readonly origin: string, readonly account: string, private readonly token: string) {}

  static async signIn(origin: string, account: string): Promise<Caller> {
    const answer = await fetch(`${origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ account, password: PASSWORD }),
    })
    if (!answer.ok) throw new Error(`${account} cannot sign in: ${answer.status} ${await answer.text()}`)
    const { token } = (await answer.json()) as { token: string }
    return new Caller(origin, account, token)
  }

  async call<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<{ status: number; value: T }> {
    const answer = await fetch(`${this.origin}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        'Idempotency-Key': randomUUID(),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await answer.text()
    return { status: answer.status, value: (text === '' ? null : JSON.parse(text)) as T }
  }

  async get<T>(path: string): Promise<T> {
    const { status, value } = await this.call<T>('GET', path)
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(value)}`)
    return value
  }

  async do<T = Record<string, unknown>>(path: string, body: unknown): Promise<T> {
    const { status, value } = await this.call<T>('POST', path, body)
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${JSON.stringify(value)}`)
    return value
  }

  /** Reports a sighting of one adult bedded down, changed by `changes`. */
  async report(changes: Record<string, unknown> = {}): Promise<Sighting> {
    const id = randomUUID()
    const body = {
      position: { lon: 121.4335, lat: 31.2415, accuracy_m: 12, crs: 'wgs84' },
      seen_at: new Date().toISOString().replace('Z', '+00:00'),
      signs: ['bedded_down'],
      n_people: 1,
      source: 'patrol',
      ...changes,
    }
    const { status, value } = await this.call<Sighting>('PUT', `/api/v1/sightings/${id}`, body)
    if (status >= 300) throw new Error(`PUT sighting: ${status} ${JSON.stringify(value)}`)
    return { ...value, id }
  }
}
