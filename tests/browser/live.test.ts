// A report is on the page within two seconds, and a picture that was cut a hundred times is the server's.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Chromium, isLive, signIn } from './harness/browser'
import { Caller } from './harness/caller'
import { CuttingProxy } from './harness/cutting_proxy'
import { both } from './harness/picture'
import { Program } from './harness/program'

let program: Program
let chromium: Chromium

beforeAll(async () => {
  program = await Program.begin()
  chromium = await Chromium.start()
})
afterAll(async () => {
  await chromium?.stop()
  await program?.end()
})

test('a report is on the list within a second for nineteen of twenty, at twenty reports a second', async () => {
  const { page, wrongs } = await chromium.open(program.origin)
  await signIn(page, program.origin, 'command')
  await isLive(page)
  const caller = await Caller.signIn(program.origin, 'patrol')
  await page.evaluate(() => {
    const times = new Map<string, number>()
    ;(window as unknown as { firstSeen: Map<string, number> }).firstSeen = times
    const look = () => {
      for (const row of document.querySelectorAll<HTMLElement>('[data-case-id]')) {
        const id = row.dataset.caseId
        if (id && !times.has(id)) times.set(id, Date.now())
      }
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-case-id'] })
  })
  const sent = new Map<string, number>()
  const calls: Promise<void>[] = []
  for (let n = 0; n < 60; n += 1) {
    const started = Date.now()
    // P0 cases stand in their own band at the top, so that each is within the window of the list.
    calls.push(
      caller
        .report({ signs: n % 20 === 0 ? ['unconscious'] : ['bedded_down'], position: { lon: 121.42 + n * 0.0005, lat: 31.245, accuracy_m: 12, crs: 'wgs84' } })
        .then((answer) => void sent.set(answer.case_id, started)),
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await Promise.all(calls)
  await page.waitForTimeout(2_500)
  const firstSeen = await page.evaluate(() => [...(window as unknown as { firstSeen: Map<string, number> }).firstSeen])
  const took = firstSeen.flatMap(([id, at]) => (sent.has(id) ? [at - (sent.get(id) ?? 0)] : [])).sort((a, b) => a - b)
  const p95 = took[Math.floor(took.length * 0.95)] ?? Infinity
  console.log(`request → list: ${took.length} rows seen, median ${took[Math.floor(took.length / 2)]} ms, p95 ${p95} ms`)
  expect(took.length, 'rows within the window of the list').toBeGreaterThan(10)
  expect(p95).toBeLessThanOrEqual(1_000)
  expect(wrongs).toEqual([])
})

test('a hundred cuts during a burst leave exactly the picture of the server', async () => {
  const proxy = await CuttingProxy.start(program.port)
  const { page, wrongs } = await chromium.open(proxy.origin)
  await signIn(page, proxy.origin, 'command')
  await isLive(page)
  const patrol = await Caller.signIn(program.origin, 'patrol')
  const command = await Caller.signIn(program.origin, 'command')
  const cases: string[] = []
  const until = Date.now() + 60_000
  while (proxy.nCut < 100 && Date.now() < until) {
    const answer = await patrol.report({ position: { lon: 121.4 + Math.random() * 0.05, lat: 31.25, accuracy_m: 12, crs: 'wgs84' } })
    cases.push(answer.case_id)
    const some = cases[Math.floor(Math.random() * cases.length)]
    if (some && cases.length % 3 === 0) {
      await command.call('POST', `/api/v1/cases/${some}/raise`, { tier: 1, reason: '人手不足，请支援' })
    }
    proxy.cut()
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  expect(proxy.nCut).toBeGreaterThanOrEqual(100)
  await isLive(page)
  const compared = await both(page, command)
  expect(Object.keys(compared.server.cases).length).toBeGreaterThan(30)
  expect(compared.page).toEqual(compared.server)
  expect(wrongs).toEqual([])
  await proxy.stop()
})
