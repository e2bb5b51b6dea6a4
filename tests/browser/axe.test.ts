// Every page of the console passes the accessibility check of levels A and AA, in both themes and both languages.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe } from './harness/axe'
import { Chromium, DESK, isLive, signIn } from './harness/browser'
import { Caller } from './harness/caller'
import { Program } from './harness/program'

let program: Program
let chromium: Chromium
let caseId: string

beforeAll(async () => {
  program = await Program.begin()
  chromium = await Chromium.start()
  const patrol = await Caller.signIn(program.origin, 'patrol')
  await patrol.report()
  caseId = (await patrol.report({ signs: ['unconscious'], position: { lon: 121.4395, lat: 31.2487, accuracy_m: 12, crs: 'wgs84' } })).case_id
})
afterAll(async () => {
  await chromium?.stop()
  await program?.end()
})

const PAGES = ['', 'case', '?view=waiting', 'board', 'tonight', 'revisits', 'intake', 'wall']

describe.each([['night', 'zh'], ['day', 'en'], ['night', 'en'], ['day', 'zh']] as const)('%s, %s', (theme, language) => {
  test('nothing is found on any page', async () => {
    const { page, context, wrongs } = await chromium.open(program.origin, { ...DESK, theme, language })
    await signIn(page, program.origin, 'command')
    await isLive(page)
    const found: string[] = []
    for (const name of PAGES) {
      await page.goto(`${program.origin}/console/${name === 'case' ? `?case=${caseId}` : name}`)
      await page.waitForTimeout(1_200)
      found.push(...(await axe(page)).map((line) => `${name}: ${line}`))
    }
    await context.close()
    expect(found).toEqual([])
    expect(wrongs).toEqual([])
  })
})
