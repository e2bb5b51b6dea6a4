// Bad days at the desk: the server away, a session that ends, a refusal, two officers, a wrong clock, a small window,
// and what each role sees.
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { zh } from '../../maps/kit/words/zh'
import { Chromium, type Screen, type Watched, isLive, signIn } from './harness/browser'
import { Caller } from './harness/caller'
import { caseAt, caseOf, choose, closeCase, dialog, isGone, panel, row } from './harness/desk'
import { both } from './harness/picture'
import { PASSWORD, Program } from './harness/program'

const { board, casePanel, common, desk, intake, shell } = zh
const { decide } = casePanel
const ROOM: Screen = { width: 1600, height: 900 }

let program: Program
let chromium: Chromium
let command: Caller
let patrol: Caller
let opened: Watched | null = null
const made: string[] = []

beforeAll(async () => {
  program = await Program.begin()
  chromium = await Chromium.start()
  command = await Caller.signIn(program.origin, 'command')
  patrol = await Caller.signIn(program.origin, 'patrol')
})
afterAll(async () => {
  await chromium?.stop()
  await program?.end()
})
afterEach(async () => {
  // A test that failed half way may have left the server away.
  if (!(await fetch(`${program.origin}/readyz`).catch(() => null))?.ok) await program.start()
  for (const id of made.splice(0)) await closeCase(command, id)
  const wrongs = opened?.wrongs ?? []
  await opened?.context.close()
  opened = null
  expect(wrongs).toEqual([])
})

async function newCase(name: string, changes: Record<string, unknown> = {}): Promise<string> {
  const { case_id: id } = await caseAt(patrol, name, changes)
  made.push(id)
  return id
}

async function at(account: string, screen: Screen = ROOM): Promise<Page> {
  opened = await chromium.open(program.origin, screen)
  const { page } = opened
  page.setDefaultTimeout(20_000)
  await signIn(page, program.origin, account)
  await isLive(page)
  return page
}

const actions = (page: Page) => panel(page).getByRole('region', { name: casePanel.actions })

test('the server goes away: offline after ten seconds, a sentence in place of decisions, calls are kept; back again, all is as before', async () => {
  const page = await at('command')
  const id = await newCase('断线处')
  await choose(page, 'keys', '断线处')
  await actions(page).getByRole('button', { name: casePanel.action.raise }).waitFor()
  await program.stop('SIGKILL')
  const away = Date.now()
  await page.locator('[data-light=offline]').waitFor()
  const took = Date.now() - away
  expect(took).toBeGreaterThan(8_000)
  expect(took).toBeLessThan(15_000)
  await page.getByText(shell.offlineSince('', '').split('，')[0] ?? '').first().waitFor()
  await actions(page).getByText(shell.offlineDecision).waitFor()
  expect(await actions(page).getByRole('button').count()).toBe(0)
  // No letter opens what may not be done.
  await page.keyboard.press('r')
  expect(await page.getByRole('dialog').count()).toBe(0)
  // A caller does not wait for the line.
  await page.keyboard.press('F2')
  await page.getByRole('heading', { name: intake.title }).waitFor()
  await page.keyboard.press('1')
  await page.keyboard.press('Enter')
  await page.keyboard.type('断线时来电')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.keyboard.press('1')
  await page.keyboard.press('Control+Enter')
  await page.getByText(intake.waitingTitle(1)).waitFor()

  await program.start()
  await page.getByRole('button', { name: shell.retryNow }).click()
  await isLive(page)
  await page.getByRole('status').filter({ hasText: shell.restored(0).split(' ')[0] ?? '' }).first().waitFor()
  await page.getByText(intake.registeredAs('').trim()).first().waitFor()
  const { items } = await command.get<{ items: { id: string; place?: { name?: string } | null }[] }>('/api/v1/cases?open=true')
  const kept = items.filter((it) => it.id !== id)
  expect(kept).toHaveLength(1)
  made.push(...kept.map((it) => it.id))
  const compared = await both(page, command)
  expect(compared.page).toEqual(compared.server)
  expect(Object.keys(compared.page.cases)).toContain(id)
})

test('a session that ends in the middle of a form: the text stays, and the decision goes through after signing in', async () => {
  const page = await at('command')
  const id = await newCase('会话处')
  await choose(page, 'keys', '会话处')
  await page.keyboard.press('n')
  const box = await dialog(page, decide.heading.note)
  await page.keyboard.type('老人说明早愿意去站里')
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const ended = await fetch(`${program.origin}/api/v1/session`, { method: 'DELETE', headers: { Cookie: cookies, Origin: program.origin } })
  expect(ended.status).toBe(204)
  await page.getByText(shell.signInAgain).waitFor()
  const text = page.locator('textarea')
  expect(await text.inputValue()).toBe('老人说明早愿意去站里')
  // The account stands there; the focus is in the password.
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText(shell.signInAgain).waitFor({ state: 'detached' })
  await isLive(page)
  expect(await text.inputValue()).toBe('老人说明早愿意去站里')
  await box.getByRole('button', { name: `${decide.act.note} Ctrl Enter` }).waitFor()
  await page.keyboard.press('Control+Enter')
  await isGone(box)
  await expect.poll(async () => (await caseOf(command, id)).timeline.some((line) => line.kind.includes('note'))).toBe(true)
})

test('two officers on one case: the second sees what changed, and one more Enter decides', async () => {
  const page = await at('command')
  const other = await Caller.signIn(program.origin, 'command2')
  const id = await newCase('两人处')
  await choose(page, 'keys', '两人处')
  await page.keyboard.press('r')
  const box = await dialog(page, decide.heading.raise)
  await box.getByRole('button', { name: common.tierFull['1'] }).click()
  await page.keyboard.press('1')
  await box.getByText(decide.previewNote('').split('·')[0]?.trim() ?? '').waitFor()
  await other.do(`/api/v1/cases/${id}/raise`, { priority: 'P1', reason: '带着孩子' })
  await page.keyboard.press('Control+Enter')
  const since = box.getByRole('alert').filter({ hasText: `${decide.otherOfficer} command2` })
  await since.waitFor()
  await since.getByText(decide.changedNote).waitFor()
  await since.getByText('带着孩子').waitFor()
  // Nothing was decided yet, and what was chosen stands.
  expect((await caseOf(command, id)).tier.reasons.every((reason) => !reason.text.includes(decide.quick.raise?.[0] ?? ''))).toBe(true)
  expect(await box.getByRole('button', { name: decide.quick.raise?.[0] ?? '' }).getAttribute('aria-pressed')).toBe('true')
  await page.keyboard.press('Control+Enter')
  await isGone(box)
  await expect.poll(async () => {
    const it = await caseOf(command, id)
    return [it.timeline.filter((line) => line.kind === 'case.decided').map((line) => line.by), it.priority.value, it.tier.value as unknown]
  }).toEqual([['command2', 'command'], 'P1', 1])
})

test('a refusal stands in the form with its reason, and nothing typed is lost', async () => {
  const page = await at('command')
  await newCase('退回处')
  await choose(page, 'keys', '退回处')
  // Without a reason: under the field of the reason.
  await page.keyboard.press('l')
  const lower = await dialog(page, decide.heading.lower)
  await page.keyboard.press('Control+Enter')
  await lower.getByRole('alert').first().waitFor()
  await page.keyboard.press('Escape')
  await isGone(lower)
  // A colour that a signal in force demands cannot be taken away by hand.
  const street = '310107102'
  await command.do('/api/v1/weather/signals', {
    id: 'signal-refusal', kind: 'cold_wave', colour: 'blue', issued_at: new Date().toISOString(), station: '上海中心气象台', areas: [street], values: {},
  })
  await page.getByRole('region', { name: desk.strip.label }).getByRole('button', { name: '长征镇' }).click()
  const box = await dialog(page, '长征镇')
  await box.getByRole('button', { name: `${desk.street.lower}…` }).click()
  await box.getByRole('textbox', { name: common.reason }).fill('现场并不冷')
  await box.getByRole('button', { name: desk.street.act(common.levelFull.none) }).click()
  await box.getByRole('alert').first().waitFor()
  expect((await box.getByRole('alert').first().innerText()).length).toBeGreaterThan(3)
  expect(await box.getByRole('textbox', { name: common.reason }).inputValue()).toBe('现场并不冷')
})

describe('a browser whose clock is an hour off', () => {
  test.each([['ahead', 3_600_000], ['behind', -3_600_000]] as const)('%s: countdowns follow the server', async (_word, off) => {
    opened = await chromium.open(program.origin, ROOM)
    const { page, context } = opened
    await context.addInitScript((off) => {
      const Real = Date
      class Wrong extends Real {
        constructor(...words: unknown[]) {
          if (words.length === 0) super(Real.now() + off)
          else super(...(words as [number]))
        }
        static override now(): number {
          return Real.now() + off
        }
      }
      globalThis.Date = Wrong as DateConstructor
    }, off)
    const place = `钟表处 ${off > 0 ? '快' : '慢'}`
    const id = await newCase(place)
    await signIn(page, program.origin, 'command')
    await isLive(page)
    expect(Math.abs((await page.evaluate(() => Date.now())) - Date.now() - off), 'the clock is wrong').toBeLessThan(60_000)
    await row(page, place).waitFor()
    const text = await row(page, place).innerText()
    const next = (await caseOf(command, id)).deadlines.find((deadline) => deadline.kind === 'acknowledge')
    const left = Date.parse(next?.by ?? '') - Date.now()
    const [, minutes = '', seconds = ''] = /(\d\d):(\d\d)\s*$/.exec(text.trim()) ?? []
    expect(Math.abs(Number(minutes) * 60 + Number(seconds) - left / 1000), text).toBeLessThan(5)
  })
})

test('at 200 % the list stays, and the case opens beside it with all its decisions within reach', async () => {
  const page = await at('command', { width: 960, height: 540, scale: 2 })
  const id = await newCase('放大处')
  await row(page, '放大处').waitFor()
  await choose(page, 'mouse', '放大处')
  const within = async (box: { x: number; y: number; width: number; height: number } | null) =>
    box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= 961 && box.y + box.height <= 541
  expect(await within(await row(page, '放大处').boundingBox()), 'the row').toBe(true)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(wide, 'nothing to scroll sideways').toBe(0)
  const raise = actions(page).getByRole('button', { name: casePanel.action.raise })
  await raise.scrollIntoViewIfNeeded()
  expect(await within(await raise.boundingBox()), 'a decision').toBe(true)
  await raise.click()
  const box = await dialog(page, decide.heading.raise)
  await box.getByRole('button', { name: decide.quick.raise?.[0] ?? '' }).click()
  const act = box.getByRole('button', { name: `${decide.act.raise} Ctrl Enter` })
  expect(await within(await act.boundingBox()), 'the act').toBe(true)
  await act.click()
  await isGone(box)
  await expect.poll(async () => (await caseOf(command, id)).tier.value as unknown).toBe(2)
  await page.keyboard.press('Escape')
  await panel(page).waitFor({ state: 'detached' })
  await row(page, '放大处').waitFor()
})

describe('roles see what they may do, and no dead button', () => {
  test('a street has its own cases and decides on them; what only command may is absent', async () => {
    await newCase('长寿处', { position: { lon: 121.4346, lat: 31.2466, accuracy_m: 5, crs: 'wgs84' } })
    await newCase('曹杨处', { position: { lon: 121.4045, lat: 31.2395, accuracy_m: 5, crs: 'wgs84' } })
    const page = await at('street')
    await row(page, '长寿处').waitFor()
    expect(await row(page, '曹杨处').count()).toBe(0)
    await choose(page, 'mouse', '长寿处')
    for (const kind of ['assign', 'raise', 'merge', 'note'] as const) await actions(page).getByRole('button', { name: casePanel.action[kind] }).waitFor()
    await page.keyboard.press('r')
    const box = await dialog(page, decide.heading.raise)
    expect(await box.getByRole('button', { name: common.tierFull['1'] }).count(), 'tier 1 is for command').toBe(0)
    await page.keyboard.press('Escape')
    await isGone(box)
    await page.getByRole('region', { name: desk.strip.label }).getByRole('button', { name: '长寿路街道' }).click()
    const colour = await dialog(page, '长寿路街道')
    expect(await colour.getByRole('button', { name: desk.street.raise }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await noDrill(page)
  })

  test('a department sees what concerns it, records calls, answers on the board, and decides nothing else', async () => {
    const id = await newCase('公安处', { signs: ['violence'] })
    const page = await at('police')
    await choose(page, 'mouse', '公安处')
    expect(await actions(page).count()).toBe(0)
    await panel(page).getByRole('button', { name: casePanel.iCalled }).waitFor()
    await noKeys(page)
    await noDrill(page)
    await page.keyboard.press('g')
    await page.keyboard.press('e')
    await page.getByRole('heading', { name: board.title }).waitFor()
    expect(await page.getByRole('button', { name: board.record }).count()).toBe(0)
    await page.getByRole('button', { name: board.answer, exact: true }).first().click()
    const box = page.getByRole('dialog')
    await box.getByLabel(board.answerName).fill('王警官')
    await box.getByRole('button', { name: new RegExp(`^${board.answer}`) }).click()
    await isGone(box)
    await expect
      .poll(async () => (await caseOf(command, id)).escalations.filter((one) => one.department === 'police').map((one) => one.acknowledged_by ?? null))
      .toEqual(['王警官'])
  })

  test('an auditor reads everything and decides nothing', async () => {
    await newCase('督查处', { signs: ['unconscious'] })
    const page = await at('auditor')
    await choose(page, 'mouse', '督查处')
    await panel(page).getByText(casePanel.nobodyCalled).waitFor()
    expect(await actions(page).count()).toBe(0)
    for (const word of [casePanel.iCalled, casePanel.somebodyCalled, casePanel.answerNow, casePanel.compare]) {
      expect(await page.getByRole('button', { name: word }).count(), word).toBe(0)
    }
    await noKeys(page)
    await noDrill(page)
    // No call is taken here: neither page nor key.
    expect(await page.getByRole('link', { name: shell.pages.intake }).count()).toBe(0)
    expect(await page.getByRole('button', { name: shell.footKeys.intake }).count()).toBe(0)
    await page.keyboard.press('F2')
    expect(await page.getByRole('heading', { name: intake.title }).count()).toBe(0)
    await page.getByRole('region', { name: desk.strip.label }).getByRole('button').first().click()
    const colour = page.getByRole('dialog')
    await colour.waitFor()
    for (const word of [desk.street.raise, desk.street.lower, desk.street.confirm]) expect(await colour.getByRole('button', { name: word }).count(), word).toBe(0)
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('e')
    await page.getByRole('heading', { name: board.title }).waitFor()
    for (const word of [board.record, board.answer]) expect(await page.getByRole('button', { name: word, exact: true }).count(), word).toBe(0)
  })
})

/** The letters of decisions do nothing. */
async function noKeys(page: Page): Promise<void> {
  for (const letter of ['a', 'r', 'l', 'm', 's', 'n', 'h', 'x']) await page.keyboard.press(letter)
  expect(await page.getByRole('dialog').count()).toBe(0)
}

async function noDrill(page: Page): Promise<void> {
  await page.locator('header').getByRole('button', { expanded: false }).last().click()
  await page.getByRole('button', { name: shell.signOut }).waitFor()
  expect(await page.getByRole('button', { name: shell.drill.on }).count()).toBe(0)
  await page.keyboard.press('Escape')
}
