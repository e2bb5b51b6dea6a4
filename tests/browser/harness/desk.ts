// How an officer works at the desk: with the mouse on what is written there, or with keys alone.
import type { Locator, Page } from 'playwright-core'
import type { CaseView } from '../../../maps/kit/wire/wire'
import { zh } from '../../../maps/kit/words/zh'
import type { Caller, Sighting } from './caller'

export type Hand = 'mouse' | 'keys'
/** Steps of Tab after which a stop is not to be found any more. */
const STOPS_MAX = 90

/** Spots so far from each other that no report joins another. */
let nSpots = 0
export function nextSpot(): Record<string, unknown> {
  const n = nSpots
  nSpots += 1
  return { lon: 121.418 + (n % 8) * 0.003, lat: 31.238 + Math.floor(n / 8) * 0.003, accuracy_m: 12, crs: 'wgs84' }
}

/** A case of its own at a place with this name. */
export async function caseAt(caller: Caller, name: string, changes: Record<string, unknown> = {}): Promise<Sighting> {
  return await caller.report({ position: nextSpot(), place: { id: null, name, level: null }, ...changes })
}

export async function caseOf(caller: Caller, id: string): Promise<CaseView> {
  return await caller.get<CaseView>(`/api/v1/cases/${id}`)
}

/** Ends a case, so that the list stays short and its units are free. */
export async function closeCase(caller: Caller, id: string): Promise<void> {
  await caller.call('POST', `/api/v1/cases/${id}/close`, { outcome: 'not_a_subject', decision: null, reason: '到场核实' })
}

export function panel(page: Page): Locator {
  return page.getByRole('complementary', { name: zh.common.case })
}

/** The row of the case at the place with this name. */
export function row(page: Page, place: string): Locator {
  const list = page.getByRole('listbox', { name: zh.desk.list.label })
  return list.getByRole('option').filter({ has: page.getByText(place, { exact: true }) })
}

/** Has the case in the list: while a hand lies on it, the list stands still until somebody asks for the new order. */
export async function inList(page: Page, hand: Hand, place: string): Promise<void> {
  const moved = page.getByRole('button', { name: zh.desk.list.takeOrder })
  await row(page, place).or(moved).first().waitFor()
  if (await row(page, place).isVisible()) return
  if (hand === 'mouse') await moved.click()
  else await page.keyboard.press('u')
  await row(page, place).waitFor()
}

/** Chooses the case at the place with this name: a row of the list, or the search by Ctrl K. */
export async function choose(page: Page, hand: Hand, place: string): Promise<void> {
  if (hand === 'mouse') {
    await inList(page, hand, place)
    await row(page, place).click()
  } else {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: zh.shell.command.title }).waitFor()
    await page.keyboard.type(place)
    await page.getByRole('option', { name: place, selected: true }).waitFor()
    await page.keyboard.press('Enter')
  }
  await panel(page).getByRole('heading', { name: place, level: 2 }).waitFor()
}

/** What a screen reader says of the thing that has the focus. */
export async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const at = document.activeElement as HTMLInputElement | null
    const text = at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? ''
    return text.replace(/\s+/g, ' ').trim()
  })
}

/** Goes with Tab until the focus is on what begins with this. */
export async function tabTo(page: Page, begins: string): Promise<void> {
  for (let n = 0; n < STOPS_MAX; n += 1) {
    if ((await focused(page)).startsWith(begins)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${begins}`)
}

export async function hasFocus(of: Locator): Promise<boolean> {
  return await of.evaluate((it) => it === document.activeElement)
}

/** Goes with Tab until one of these has the focus. */
export async function tabInto(page: Page, any: Locator): Promise<void> {
  for (let n = 0; n < STOPS_MAX; n += 1) {
    if (await any.evaluateAll((all) => all.some((it) => it === document.activeElement))) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab never comes there')
}

/** The dialog with this heading, once it stands there. */
export async function dialog(page: Page, heading: string): Promise<Locator> {
  const box = page.getByRole('dialog', { name: heading, exact: true })
  await box.waitFor()
  return box
}

export async function isGone(box: Locator): Promise<void> {
  await box.waitFor({ state: 'detached' })
}
