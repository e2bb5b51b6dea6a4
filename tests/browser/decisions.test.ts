// Every decision of the console once with the mouse and once with keys alone; what became of it is read by the API.
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { AreaWarningView, CaseView } from '../../maps/kit/wire/wire'
import { zh } from '../../maps/kit/words/zh'
import { Chromium, isLive, signIn } from './harness/browser'
import { Caller } from './harness/caller'
import { type Hand, caseAt, caseOf, choose, closeCase, dialog, hasFocus, inList, isGone, panel, row, tabInto, tabTo } from './harness/desk'
import { Program } from './harness/program'

const { casePanel, common, desk, shell } = zh
const { decide } = casePanel
/** Room for everything of the wide desk, and few points for a small machine to paint. */
const ROOM = { width: 1600, height: 900 }
const HANDS: readonly Hand[] = ['mouse', 'keys']

let program: Program
let chromium: Chromium
let page: Page
let wrongs: string[]
let command: Caller
let patrol: Caller
const made: string[] = []

beforeAll(async () => {
  program = await Program.begin()
  chromium = await Chromium.start()
  command = await Caller.signIn(program.origin, 'command')
  patrol = await Caller.signIn(program.origin, 'patrol')
  ;({ page, wrongs } = await chromium.open(program.origin, ROOM))
  page.setDefaultTimeout(20_000)
  await signIn(page, program.origin, 'command')
  await isLive(page)
})
afterAll(async () => {
  await chromium?.stop()
  await program?.end()
})
afterEach(async () => {
  for (const id of made.splice(0)) await closeCase(command, id)
  // The next begins with a free hand: no dialog and no case is open.
  for (let n = 0; n < 5 && ((await page.getByRole('dialog').count()) > 0 || page.url().includes('case=')); n += 1) {
    await page.keyboard.press('Escape')
    await page.waitForTimeout(100)
  }
  expect(wrongs.splice(0)).toEqual([])
})

async function newCase(name: string, changes: Record<string, unknown> = {}): Promise<string> {
  const { case_id: id } = await caseAt(patrol, name, changes)
  made.push(id)
  return id
}

/** Reads the case until it is as expected. */
async function becomes<T>(id: string, of: (it: CaseView) => T, expected: T): Promise<void> {
  await expect.poll(async () => of(await caseOf(command, id)), { timeout: 5_000 }).toEqual(expected)
}

interface Decision {
  kind: keyof typeof casePanel.action
  /** Its letter; what has none stands in the menu. */
  letter: string | null
  inMenu?: boolean
  report?: Record<string, unknown>
  prepare?: (id: string, place: string) => Promise<void>
  mouse: (box: Locator, place: string) => Promise<void>
  keys: (box: Locator, place: string) => Promise<void>
  check: (id: string, hand: Hand) => Promise<void>
  /** What Ctrl Z or the button at the foot brings back. */
  undone?: (id: string) => Promise<void>
}

/** The first reason that is offered. */
const quick = (box: Locator, kind: string) => box.getByRole('button', { name: decide.quick[kind]?.[0] ?? '' }).click()
const others = new Map<string, string>()

const DECISIONS: readonly Decision[] = [
  {
    kind: 'assign', letter: 'a',
    mouse: async (box) => {
      await box.getByRole('radio', { name: /巡查 3 组/ }).check()
      await quick(box, 'assign')
    },
    keys: async (box) => {
      // The recommended units come with the list; the focus is led to the first.
      await box.getByRole('radio', { name: /巡查 3 组/ }).waitFor()
      await expect.poll(() => hasFocus(box.getByRole('radio').first())).toBe(true)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('1')
    },
    check: (id) => becomes(id, (it) => it.tasks.filter((task) => task.unit === 'u-3' && task.state === 'offered').length, 1),
  },
  {
    kind: 'raise', letter: 'r',
    mouse: async (box) => {
      await box.getByRole('button', { name: common.tierFull['2'] }).waitFor()
      await quick(box, 'raise')
    },
    keys: async () => await page.keyboard.press('1'),
    check: (id) => becomes(id, (it) => it.tier.value, 2 as never),
    undone: (id) => becomes(id, (it) => it.tier.value, 3 as never),
  },
  {
    kind: 'lower', letter: 'l',
    prepare: async (id) => void (await command.do(`/api/v1/cases/${id}/raise`, { tier: 2, reason: '情况加重' })),
    mouse: (box) => quick(box, 'lower'),
    keys: async () => await page.keyboard.press('1'),
    check: (id) => becomes(id, (it) => it.tier.value, 3 as never),
    undone: (id) => becomes(id, (it) => it.tier.value, 2 as never),
  },
  {
    kind: 'merge', letter: 'm',
    prepare: async (id, place) => void others.set(id, await newCase(`同行 ${place}`)),
    mouse: async (box, place) => {
      await box.getByRole('radio', { name: `同行 ${place}` }).check()
      await box.getByRole('button', { name: casePanel.compare }).click()
      await quick(box, 'merge')
    },
    keys: async (box, place) => {
      await page.keyboard.type(`同行 ${place}`)
      await page.keyboard.press('Enter')
      // The two stand side by side before anything can be done.
      await box.getByText(decide.line.first_seen).first().waitFor()
      await page.keyboard.press('1')
    },
    check: (id) => becomes(id, (it) => it.members, [others.get(id) ?? '']),
    undone: (id) => becomes(id, (it) => it.members, []),
  },
  {
    kind: 'split', letter: 's',
    prepare: async (id) => {
      const { position, place } = await caseOf(command, id)
      const again = await patrol.report({ position, place: { id: null, name: place?.name, level: null } })
      expect(again.case_id, 'the second report joins the first').toBe(id)
    },
    mouse: async (box) => {
      await box.getByRole('checkbox').first().check()
      await quick(box, 'split')
    },
    keys: async (box) => {
      await box.getByRole('checkbox').first().waitFor()
      await tabTo(page, (await box.locator('label').first().innerText()).replace(/\s+/g, ' ').slice(0, 4))
      await page.keyboard.press('Space')
      await page.keyboard.press('1')
    },
    check: (id) => becomes(id, (it) => it.n_sightings, 1),
    undone: (id) => becomes(id, (it) => it.sightings.length, 2),
  },
  {
    kind: 'note', letter: 'n',
    mouse: (box) => box.getByRole('textbox', { name: decide.noteText }).fill('桥洞东侧，已留热水'),
    keys: async () => await page.keyboard.type('桥洞东侧，已留热水'),
    check: (id) => becomes(id, (it) => it.timeline.some((line) => line.kind.includes('note')), true),
  },
  {
    kind: 'close', letter: 'x', inMenu: true,
    mouse: async (box) => {
      await box.getByRole('button', { name: common.outcome.not_a_subject }).click()
      await quick(box, 'close')
    },
    keys: async () => {
      await tabTo(page, common.outcome.not_a_subject)
      await page.keyboard.press('Space')
      await page.keyboard.press('1')
    },
    check: (id) => becomes(id, (it) => [it.state, it.subjects[0]?.outcome ?? null], ['closed', 'not_a_subject']),
  },
  {
    kind: 'hand_over', letter: 'h', inMenu: true,
    mouse: async (box) => {
      await box.getByRole('button', { name: decide.districts[0] ?? '' }).click()
      await quick(box, 'hand_over')
    },
    keys: async () => {
      await page.keyboard.type(decide.districts[0] ?? '')
      await tabTo(page, common.reason)
      await page.keyboard.type('位于对方辖区')
    },
    check: (id) => becomes(id, (it) => [it.hand_over?.to, it.hand_over?.answer ?? null], [decide.districts[0], null]),
  },
  {
    kind: 'take', letter: null, inMenu: true,
    mouse: async (box) => {
      await box.getByRole('textbox', { name: decide.name }).fill('李卫国')
      await quick(box, 'take')
    },
    keys: async () => {
      await page.keyboard.press('Control+a')
      await page.keyboard.type('李卫国')
      await tabTo(page, common.reason)
      await page.keyboard.type('现场指挥')
    },
    check: (id) => becomes(id, (it) => it.taken?.name, '李卫国'),
  },
  {
    kind: 'call', letter: null, inMenu: true,
    mouse: async (box) => {
      await box.getByRole('button', { name: '110', exact: true }).click()
      await box.getByRole('textbox', { name: decide.who }).fill('巡查 1 组')
    },
    keys: async () => {
      await page.keyboard.type('巡查 1 组')
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Space')
    },
    check: (id) => becomes(id, (it) => it.emergency_calls.map(({ number, by }) => [number, by]), [['110', '巡查 1 组']]),
  },
]

/** Opens the form of a decision as the hand would. */
async function open(hand: Hand, of: Decision): Promise<void> {
  if (hand === 'keys' && of.letter) return await page.keyboard.press(of.letter)
  const word = casePanel.action[of.kind]
  const actions = panel(page).getByRole('region', { name: casePanel.actions })
  if (hand === 'mouse') {
    if (!of.inMenu) return await actions.getByRole('button', { name: word }).click()
    await actions.getByRole('button', { name: casePanel.moreActions }).click()
    return await actions.getByRole('menuitem', { name: word }).click()
  }
  await tabTo(page, casePanel.moreActions)
  await page.keyboard.press('Enter')
  const items = await actions.getByRole('menuitem').allInnerTexts()
  for (let n = items.findIndex((text) => text.startsWith(word)); n > 0; n -= 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

describe.each(HANDS)('with %s', (hand) => {
  test.each(DECISIONS.map((one) => [casePanel.action[one.kind], one] as const))('%s', async (word, of) => {
    const place = `${word}处 ${hand}`
    const id = await newCase(place, of.report)
    await of.prepare?.(id, place)
    await choose(page, hand, place)
    await open(hand, of)
    const box = await dialog(page, decide.heading[of.kind])
    await (hand === 'mouse' ? of.mouse(box, place) : of.keys(box, place))
    // What it will do is said before it is done.
    await box.getByText(decide.previewNote('').split('·')[0]?.trim() ?? '').waitFor()
    expect(await box.getByRole('alert').allInnerTexts()).toEqual([])
    if (hand === 'mouse') await box.getByRole('button', { name: `${decide.act[of.kind]} Ctrl Enter` }).click()
    else await page.keyboard.press('Control+Enter')
    await isGone(box)
    await of.check(id, hand)
    if (!of.undone) return
    const offer = page.getByRole('status').filter({ hasText: decide.undoOf[of.kind as 'raise'] })
    await offer.waitFor()
    if (hand === 'mouse') await offer.getByRole('button', { name: casePanel.undo }).click()
    else await page.keyboard.press('Control+z')
    await isGone(offer)
    await of.undone(id)
  })

  test('120 尚未确认拨打, until somebody has called', async () => {
    const place = `危急处 ${hand}`
    const id = await newCase(place, { signs: ['unconscious'] })
    await choose(page, hand, place)
    const line = panel(page).getByRole('region', { name: '120 / 110' })
    await line.getByText(casePanel.nobodyCalled).waitFor()
    if (hand === 'mouse') await line.getByRole('button', { name: casePanel.iCalled }).click()
    else await page.keyboard.press('1')
    await line.getByText(casePanel.nobodyCalled).waitFor({ state: 'detached' })
    await becomes(id, (it) => it.emergency_calls.map(({ number, by }) => [number, by]), [['120', 'command']])
    // Then 110, by somebody else.
    if (hand === 'mouse') await line.getByRole('button', { name: casePanel.addCall }).click()
    else {
      await tabTo(page, casePanel.addCall)
      await page.keyboard.press('Enter')
    }
    const box = await dialog(page, decide.heading.call)
    if (hand === 'mouse') {
      await box.getByRole('button', { name: '110', exact: true }).click()
      await box.getByRole('textbox', { name: decide.who }).fill('来电人')
      await box.getByRole('button', { name: `${decide.act.call} Ctrl Enter` }).click()
    } else {
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Space')
      await tabTo(page, decide.who)
      await page.keyboard.type('来电人')
      await page.keyboard.press('Enter')
    }
    await isGone(box)
    await becomes(id, (it) => it.emergency_calls.map((call) => call.number).sort(), ['110', '120'])
    await line.getByText('来电人').waitFor()
  })

  test('a ticket is answered', async () => {
    const place = `工单处 ${hand}`
    const { case_id: id } = await caseAt(command, place, {
      source: 'hotline', source_ref: `20261125-${hand}`, reply_by: new Date(Date.now() + 5 * 86_400_000).toISOString(),
    })
    made.push(id)
    await choose(page, hand, place)
    const answer = panel(page).getByRole('button', { name: casePanel.answerNow, exact: true })
    if (hand === 'mouse') await answer.click()
    else {
      await answer.waitFor()
      await tabTo(page, casePanel.answerNow)
      await page.keyboard.press('Enter')
    }
    const box = await dialog(page, decide.heading.reply)
    await box.getByText(`20261125-${hand}`).waitFor()
    if (hand === 'mouse') {
      await box.getByRole('textbox', { name: decide.answeredBy }).fill('王敏')
      await box.getByRole('button', { name: `${decide.act.reply} Ctrl Enter` }).click()
    } else {
      await page.keyboard.press('Control+a')
      await page.keyboard.type('王敏')
      await page.keyboard.press('Enter')
    }
    await isGone(box)
    await becomes(id, (it) => [it.replies[0]?.answered_by, Boolean(it.replies[0]?.answered_at)], ['王敏', true])
    await answer.waitFor({ state: 'detached' })
  })

  // Two streets far from each other, one for each hand.
  const street = hand === 'mouse' ? { code: '310107103', name: '桃浦镇' } : { code: '310107102', name: '长征镇' }
  const areaIs = async (of: (area: AreaWarningView) => unknown, expected: unknown) =>
    await expect
      .poll(async () => {
        const { items } = await command.get<{ items: AreaWarningView[] }>('/api/v1/area-warnings')
        return items.filter((area) => area.jurisdiction === street.code).map(of)[0]
      }, { timeout: 5_000 })
      .toEqual(expected)

  test('the colour of a street is raised and lowered again, each with a reason', async () => {
    const cell = page.getByRole('region', { name: desk.strip.label }).getByRole('button', { name: street.name })
    if (hand === 'mouse') await cell.click()
    else {
      // The strip is one stop for Tab; arrows go from street to street.
      await tabInto(page, page.getByRole('region', { name: desk.strip.label }).getByRole('button'))
      for (let n = 0; n < 10; n += 1) await page.keyboard.press('ArrowLeft')
      for (let n = 0; n < 10 && !(await hasFocus(cell)); n += 1) await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Enter')
    }
    const box = await dialog(page, street.name)
    for (const [towards, level] of [['raise', 'yellow'], ['lower', 'none']] as const) {
      const act = desk.street.act(common.levelFull[level])
      if (hand === 'mouse') {
        await box.getByRole('button', { name: `${desk.street[towards]}…` }).click()
        await box.getByRole('radio', { name: common.levelFull[level] }).check()
        await box.getByRole('textbox', { name: common.reason }).fill('巡查报告体感更冷')
        await box.getByText(desk.street.preview).waitFor()
        await box.getByRole('button', { name: act }).click()
      } else {
        await tabTo(page, `${desk.street[towards]}…`)
        await page.keyboard.press('Enter')
        await box.getByRole('radio').first().waitFor()
        for (let n = 0; n < 4; n += 1) {
          if (await box.getByRole('radio', { name: common.levelFull[level] }).isChecked()) break
          await page.keyboard.press('ArrowDown')
        }
        await tabTo(page, common.reason)
        await page.keyboard.type('巡查报告体感更冷')
        await box.getByText(desk.street.preview).waitFor()
        await page.keyboard.press('Control+Enter')
      }
      await box.getByRole('button', { name: act }).waitFor({ state: 'detached' })
      await areaIs((area) => area.level, level)
    }
  })

  test('a colour that the system proposed is confirmed', async () => {
    await command.do('/api/v1/weather/signals', {
      id: `signal-${hand}`, kind: 'cold_wave', colour: 'blue', issued_at: new Date().toISOString(), station: '上海中心气象台', areas: [street.code], values: {},
    })
    await areaIs((area) => [area.level, Boolean(area.confirm_by), area.confirmed_by ?? null], ['blue', true, null])
    const yours = page.getByRole('region', { name: desk.yours.title })
    const act = yours.getByRole('button', { name: new RegExp(`^${desk.yours.confirmWord}`) })
    await act.waitFor()
    if (hand === 'mouse') await act.click()
    else await page.keyboard.press('y')
    await areaIs((area) => area.confirmed_by ?? null, 'command')
  })

  test('a drill marks what is made in it and counts nothing of it', async () => {
    const isOn = async () => (await command.get<{ drill: boolean }>('/api/v1/live/snapshot')).drill
    const turn = async (on: boolean) => {
      const word = on ? shell.drill.on : shell.drill.off
      if (hand === 'mouse') {
        await page.getByRole('button', { name: common.role.command }).click()
        await page.getByRole('button', { name: `${word}…` }).click()
      } else {
        await tabTo(page, common.role.command)
        await page.keyboard.press('Enter')
        await tabTo(page, `${word}…`)
        await page.keyboard.press('Enter')
      }
      const box = await dialog(page, word)
      if (hand === 'mouse') {
        await box.getByRole('textbox', { name: common.reason }).fill('季度演练')
        await box.getByRole('button', { name: word }).click()
      } else {
        await page.keyboard.type('季度演练')
        await page.keyboard.press('Control+Enter')
      }
      await isGone(box)
      await expect.poll(isOn).toBe(on)
    }
    const band = page.getByRole('status').filter({ hasText: common.drillOn })
    await turn(true)
    await band.waitFor()
    const place = `操练处 ${hand}`
    const id = await newCase(place)
    await inList(page, hand, place)
    await row(page, place).getByText(common.drill).waitFor()
    await choose(page, hand, place)
    await panel(page).getByText(common.drill).first().waitFor()
    await turn(false)
    await band.waitFor({ state: 'detached' })
    expect((await caseOf(command, id)).drill).toBe(true)
    // The mark stays with the case; no figure knows it.
    await row(page, place).getByText(common.drill).waitFor()
    const { items } = await command.get<{ items: { id: string; cases: string[] }[] }>('/api/v1/figures')
    expect(items.filter((figure) => figure.cases.includes(id)).map((figure) => figure.id)).toEqual([])
  })
})
