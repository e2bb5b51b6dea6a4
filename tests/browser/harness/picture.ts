// The picture that a page holds, read from outside: the page has no door made for tests.
import type { Page } from 'playwright-core'
import type { Caller } from './caller'

const LISTS = ['cases', 'tasks', 'escalations', 'area_warnings', 'units', 'resources'] as const
type Lists = Record<(typeof LISTS)[number], Record<string, unknown>>
export interface Held extends Lists {
  seq: number
  complete: boolean
}

/** The page's picture as plain values, each list by id. */
export async function pictureOf(page: Page): Promise<Held> {
  return await page.evaluate(() => {
    const app = (document.querySelector('#app') as unknown as { __vue_app__: { config: { globalProperties: Record<string, unknown> } } }).__vue_app__
    const pinia = app.config.globalProperties.$pinia as { state: { value: { live: { picture: Record<string, unknown> } } } }
    const picture = pinia.state.value.live.picture
    const plain = (name: string) => Object.fromEntries(picture[name] as Map<string, unknown>)
    return JSON.parse(
      JSON.stringify({
        seq: picture.seq, complete: picture.complete, cases: plain('cases'), tasks: plain('tasks'),
        escalations: plain('escalations'), area_warnings: plain('areaWarnings'), units: plain('units'), resources: plain('resources'),
      }),
    ) as never
  })
}

/** A fresh snapshot of the server in the same form. Positions are no part of what events keep true. */
export async function snapshotOf(caller: Caller): Promise<Held> {
  const snapshot = await caller.get<Record<string, unknown> & { seq: number }>('/api/v1/live/snapshot')
  const held = { seq: snapshot.seq, complete: true } as Held
  for (const list of LISTS) {
    const key = list === 'area_warnings' ? 'jurisdiction' : 'id'
    held[list] = Object.fromEntries((snapshot[list] as Record<string, string>[]).map((item) => [item[key], withoutPosition(list, item)]))
  }
  return held
}

function withoutPosition(list: string, item: Record<string, unknown>): Record<string, unknown> {
  if (list !== 'units') return item
  const { position: _position, ...rest } = item
  return rest
}

/** Brings page and server to one position and gives both; time goes on, so several looks may be needed. */
export async function both(page: Page, caller: Caller): Promise<{ page: Held; server: Held }> {
  for (let n = 0; n < 100; n += 1) {
    const server = await snapshotOf(caller)
    for (let m = 0; m < 20; m += 1) {
      const held = await pictureOf(page)
      if (held.complete && held.seq === server.seq) {
        for (const unit of Object.keys(held.units)) held.units[unit] = withoutPosition('units', held.units[unit] as Record<string, unknown>)
        return { page: held, server }
      }
      if (held.complete && held.seq > server.seq) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  throw new Error('page and server were never at one position')
}
