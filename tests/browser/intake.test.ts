// Taking a call at the desk with keys alone, as fast as people type; what became of it is read by the API.
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CaseRow } from '../../maps/kit/wire/wire'
import { zh } from '../../maps/kit/words/zh'
import { Chromium, isLive, signIn, SMALL_DESK } from './harness/browser'
import { Caller } from './harness/caller'
import { caseOf, closeCase, focused } from './harness/desk'
import { Program } from './harness/program'

const { common, intake } = zh
/** A practised hand: four keys a second. */
const BETWEEN_KEYS_MS = 250
const DAY_MS = 86_400_000

let program: Program
let chromium: Chromium
let page: Page
let wrongs: string[]
let command: Caller
let patrol: Caller

beforeAll(async () => {
  program = await Program.begin()
  chromium = await Chromium.start()
  command = await Caller.signIn(program.origin, 'command')
  patrol = await Caller.signIn(program.origin, 'patrol')
  ;({ page, wrongs } = await chromium.open(program.origin, SMALL_DESK))
  page.setDefaultTimeout(10_000)
  await signIn(page, program.origin, 'command', '/console/tonight')
  await isLive(page)
})
afterAll(async () => {
  await chromium?.stop()
  await program?.end()
})
beforeEach(async () => {
  // Each call begins at a page that holds nothing of the one before.
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) if (key.includes('intake')) localStorage.removeItem(key)
    sessionStorage.clear()
  })
  await page.goto(`${program.origin}/console/`)
  await isLive(page)
  await page.keyboard.press('F2')
  await page.getByRole('heading', { name: intake.title }).waitFor()
})
afterEach(async () => {
  for (const { id } of await openCases()) await closeCase(command, id)
  expect(wrongs.splice(0)).toEqual([])
})

async function openCases(): Promise<CaseRow[]> {
  return (await command.get<{ items: CaseRow[] }>('/api/v1/cases?open=true')).items
}

/** The one case at this place. */
async function caseHere(place: string): Promise<CaseRow> {
  await expect.poll(async () => (await openCases()).filter((row) => row.place?.name === place).length).toBe(1)
  return (await openCases()).find((row) => row.place?.name === place) as CaseRow
}

/** Types as people do. */
const type = (text: string) => page.keyboard.type(text, { delay: BETWEEN_KEYS_MS })
const press = (key: string) => page.keyboard.press(key, { delay: 30 })
const place = () => page.getByRole('combobox', { name: intake.row.place })
const answer = (row: keyof typeof intake.row, name: string) =>
  page.locator(`[data-row="${row}"]`).getByRole(['critical', 'protect', 'worse'].includes(row) ? 'button' : 'radio', { name })
const registered = () => page.getByText(intake.registeredAs('').trim()).first()

test('a whole call of 12345 within a minute, keys alone, is a case with its ticket and time of reply', async () => {
  const began = Date.now()
  await press('1')
  await press('F7')
  await type('20261125-00417')
  await press('Enter')
  await type('5d')
  await press('Enter')
  // Back in the row where the hand was.
  expect(await focused(page)).toContain(intake.line['12345'])
  await press('Enter')
  await type('chlq')
  await page.getByRole('option', { name: '昌化路桥 北岸' }).waitFor()
  await press('Enter')
  // The level came with the place.
  await expect.poll(() => answer('level', common.placeLevel.promenade).getAttribute('aria-checked')).toBe('true')
  await press('2')
  await press('Enter')
  await press('1')
  await press('Enter')
  await press('4')
  await press('Enter')
  await press('Enter')
  await press('4')
  await press('Enter')
  await press('2')
  await press('Enter')
  await type('灰色外套，来电人还在等')
  await page.getByText(intake.limits).waitFor()
  await press('Control+Enter')
  await registered().waitFor()
  const took = Date.now() - began
  console.log(`a whole call: ${(took / 1000).toFixed(1)} s`)
  expect(took).toBeLessThan(60_000)

  const it = await caseOf(command, (await caseHere('昌化路桥 北岸')).id)
  const [sighting] = it.sightings
  expect(sighting).toMatchObject({
    source: 'hotline', source_ref: '20261125-00417', n_people: 1, more_people: false, signs: ['immobile', 'no_bedding'],
    description: { age_band: '60_79' }, reporter: 'command', drill: false,
  })
  expect(it.place).toMatchObject({ id: 'p-2', name: '昌化路桥 北岸', level: 'underside' })
  expect(it.priority.value).toBe('P1')
  const replyIn = Date.parse(sighting?.reply_by ?? '') - began
  expect(Math.abs(replyIn - 5 * DAY_MS)).toBeLessThan(60_000)
  expect(it.replies.map((reply) => [reply.source_ref, reply.answered_at ?? null])).toEqual([['20261125-00417', null]])
  // The form is fresh for the next caller, and the focus stands in its first row.
  expect(await focused(page)).toContain(intake.line['12345'])
  expect(await place().inputValue()).toBe('')
})

test('mortal danger puts 120 and 110 first and keeps what was typed', async () => {
  await press('2')
  await press('Enter')
  await type('wnlq')
  await page.getByRole('option', { name: '武宁路桥 北岸' }).waitFor()
  await press('Enter')
  await press('Enter')
  await press('1')
  await press('Enter')
  await press('Enter')
  await press('1')
  const first = page.getByRole('dialog', { name: intake.emergencyFirst })
  await first.waitFor()
  await first.getByText(common.sign.unconscious).waitFor()
  await press('1')
  await first.waitFor({ state: 'detached' })
  await press('F8')
  await first.waitFor()
  await press('4')
  await first.waitFor({ state: 'detached' })
  // Nothing is lost, and the hand goes on in the same row.
  expect(await place().inputValue()).toBe('武宁路桥 北岸')
  expect(await answer('people', intake.people['1']).getAttribute('aria-checked')).toBe('true')
  expect(await answer('critical', common.sign.unconscious).getAttribute('aria-pressed')).toBe('true')
  expect(await focused(page)).toContain(common.sign.unconscious)
  await press('Control+Enter')
  await registered().waitFor()
  const row = await caseHere('武宁路桥 北岸')
  expect(row.priority.value).toBe('P0')
  expect(row.emergency_calls.map(({ number, by }) => [number, by]).sort()).toEqual([['110', intake.byCaller], ['120', 'command']])
})

test('a call about somebody who is known joins the case with Alt 1, and its ticket is still owed an answer', async () => {
  const known = await patrol.report({ position: { lon: 121.4335, lat: 31.2419, accuracy_m: 80, crs: 'wgs84' } })
  await press('3')
  await press('F7')
  await type('962200-88')
  await press('Enter')
  await type('24h')
  await press('Enter')
  await press('Enter')
  await type('长寿公园')
  await page.getByRole('option', { name: '长寿公园 西侧' }).first().waitFor()
  await press('Enter')
  await press('Enter')
  await press('1')
  await page.getByRole('button', { name: intake.join }).first().waitFor()
  await press('Alt+1')
  await page.getByText(intake.joined('').trim()).first().waitFor()
  await expect.poll(async () => (await openCases()).map((row) => row.id)).toContain(known.case_id)
  const it = await caseOf(command, known.case_id)
  expect(it.members).toHaveLength(1)
  expect(it.sightings.map((sighting) => sighting.source_ref ?? null)).toContain('962200-88')
  expect(it.replies.map((reply) => [reply.source_ref, reply.answered_at ?? null])).toContainEqual(['962200-88', null])
})

test('a draft survives a reload, key for key', async () => {
  await press('1')
  await press('F7')
  await type('20261125-00500')
  await press('Enter')
  await press('Enter')
  await press('Enter')
  await type('caoyang')
  await page.getByRole('option', { name: '曹杨路站 地下通道' }).waitFor()
  await press('Enter')
  await press('Enter')
  await press('2')
  await page.reload()
  await isLive(page)
  await expect.poll(() => place().inputValue()).toBe('曹杨路站 地下通道')
  expect(await page.locator('#intake-ticket').inputValue()).toBe('20261125-00500')
  expect(await answer('source', intake.line['12345']).getAttribute('aria-checked')).toBe('true')
  expect(await answer('people', intake.people['2']).getAttribute('aria-checked')).toBe('true')
  await press('Control+Enter')
  await registered().waitFor()
  expect((await caseHere('曹杨路站 地下通道')).subjects).toHaveLength(2)
})

test('what is lacking and what the server refuses stand under their fields, and nothing typed is lost', async () => {
  await press('1')
  await press('Control+Enter')
  await page.locator('[data-row="place"]').getByRole('alert').getByText(intake.lacks.place).waitFor()
  // The focus is led to the first thing that is lacking.
  await expect.poll(() => focused(page)).toBe(intake.row.place)
  await type('江宁路桥')
  await page.getByRole('option', { name: '江宁路桥 北岸' }).waitFor()
  await press('Enter')
  await press('Enter')
  await press('1')
  await press('F7')
  await press('Enter')
  await type('9999-12-31')
  await press('Control+Enter')
  await page.getByRole('banner').or(page.locator('header')).getByRole('alert').getByText('时间无法识别').waitFor()
  expect((await openCases()).filter((row) => row.place?.name === '江宁路桥 北岸')).toEqual([])
  expect(await place().inputValue()).toBe('江宁路桥 北岸')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toMatch(/^intake-(ticket|reply)$/)
  // Mended, the same call goes through.
  await page.locator('#intake-reply').focus()
  await press('Control+a')
  await type('2d')
  await press('Control+Enter')
  await registered().waitFor()
  await caseHere('江宁路桥 北岸')
})
