// A real Chromium. Every page is watched: a request to another host, a violation of the content security policy or an
// error of a script fails the test that opened it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core'
import { PASSWORD } from './program'

const ARGS = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run',
]

export interface Screen {
  width: number
  height: number
  theme?: 'night' | 'day'
  language?: 'zh' | 'en'
  reducedMotion?: boolean
  /** Device points for one of the page: 2 is what an enlargement to 200 % makes. */
  scale?: number
}

export const DESK: Screen = { width: 1920, height: 1080 }
export const SMALL_DESK: Screen = { width: 1366, height: 768 }

export interface Watched {
  page: Page
  context: BrowserContext
  /** What must not be: empty at the end of every test. */
  wrongs: string[]
}

export class Chromium {
  private constructor(private readonly browser: Browser, private readonly profile: string) {}

  static async start(): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'lamplighter-chromium-'))
    const browser = await chromium.launch({
      executablePath: process.env.LAMPLIGHTER_CHROMIUM ?? '/usr/bin/chromium',
      args: [...ARGS, ...(process.env.LAMPLIGHTER_CHROMIUM_ARGS?.split(' ') ?? [])],
    })
    return new Chromium(browser, profile)
  }

  async stop(): Promise<void> {
    await this.browser.close()
    await rm(this.profile, { recursive: true, force: true })
  }

  /** A page with a fresh context; nothing is kept from another. */
  async open(origin: string, screen: Screen = DESK): Promise<Watched> {
    const context = await this.browser.newContext({
      viewport: { width: screen.width, height: screen.height },
      deviceScaleFactor: screen.scale ?? 1,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: screen.reducedMotion === false ? 'no-preference' : 'reduce',
    })
    const { theme = 'night', language = 'zh' } = screen
    await context.addInitScript(
      ([theme, language]) => {
        localStorage.setItem('lamplighter.theme', theme as string)
        localStorage.setItem('lamplighter.language', language as string)
      },
      [theme, language],
    )
    const page = await context.newPage()
    const wrongs: string[] = []
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`)
      })
    })
    page.on('request', (request) => {
      const url = new URL(request.url())
      const own = url.origin === origin || url.host === new URL(origin).host
      if (!own && !['data:', 'blob:', 'about:'].includes(url.protocol)) wrongs.push(`request to ${url.href}`)
    })
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== new URL(origin).host) wrongs.push(`socket to ${socket.url()}`)
    })
    page.on('pageerror', (fault) => wrongs.push(`script: ${fault.message}`))
    page.on('console', (message) => {
      if (message.type() !== 'error') return
      const text = message.text()
      // A refusal, a lost connection and a server that is away are what some tests are about.
      if (/Failed to load resource|WebSocket connection to/.test(text)) return
      wrongs.push(`console: ${text}`)
    })
    return { page, context, wrongs }
  }
}

/** Signs in through the form, as people do. */
export async function signIn(page: Page, origin: string, account: string, path = '/console/'): Promise<void> {
  await page.goto(`${origin}${path}`)
  await page.locator('input[name=account]').fill(account)
  await page.locator('input[name=password]').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.locator('input[name=password]').waitFor({ state: 'detached' })
}

/** Waits until the picture of the page is live. */
export async function isLive(page: Page): Promise<void> {
  await page.locator('[data-light=live]').waitFor()
}
