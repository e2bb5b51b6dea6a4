// Starts the built program on a free port in a temporary folder, with accounts, and stops it again.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const workspace = fileURLToPath(new URL('../../../', import.meta.url))

/** The program under test; `LAMPLIGHTER_BINARY` names another. */
export const binary =
  process.env.LAMPLIGHTER_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(workspace, 'target'), 'debug', 'lamplighter')

export const PASSWORD = 'a-long-night-1'

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

export interface Account {
  name: string
  role: 'command' | 'street' | 'patrol' | 'department' | 'auditor' | 'admin'
  jurisdiction?: string
  department?: string
  unit?: string
}

export const ACCOUNTS: readonly Account[] = [
  { name: 'command', role: 'command' },
  { name: 'command2', role: 'command' },
  { name: 'street', role: 'street', jurisdiction: '310107015' },
  { name: 'police', role: 'department', department: 'police' },
  { name: 'auditor', role: 'auditor' },
  { name: 'patrol', role: 'patrol', unit: 'u-1' },
]

const UNITS = `id,name,jurisdiction,kind,n_people,vehicle,skills,languages,shift_start,shift_end
u-1,巡查 1 组,310107015,team,2,car,,,00:00,00:00
u-2,巡查 2 组,310107015,team,2,car,,,00:00,00:00
u-3,巡查 3 组,310107005,team,2,,,,00:00,00:00
`
const PLACES = JSON.stringify({
  type: 'FeatureCollection',
  features: [
    ['p-1', '江宁路桥 北岸', 'underside', 121.4395, 31.2487, '310107015'],
    ['p-2', '昌化路桥 北岸', 'promenade', 121.4346, 31.2466, '310107015'],
    ['p-3', '长寿公园 西侧', 'ground', 121.4335, 31.2415, '310107015'],
    ['p-4', '曹杨路站 地下通道', 'basement', 121.4175, 31.2395, '310107005'],
    ['p-5', '武宁路桥 北岸', 'underside', 121.4262, 31.2374, '310107015'],
  ].map(([id, name, level, lon, lat, jurisdiction]) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { id, name, level, jurisdiction, kind: 'bridge', key: true },
  })),
})
const RESOURCES = `id,name,kind,lon,lat,crs,hours,beds,beds_women,storage,pets,late_exit,opens_at_level,keeper,phone
r-1,区救助管理站,rescue_station,121.4010,31.2600,wgs84,00:00-24:00,12,3,true,false,true,,rescue_station,
`

export class Program {
  private child: ChildProcess | null = null
  log = ''

  private constructor(readonly folder: string, readonly port: number, private readonly words: string[]) {}

  /** A new folder with accounts, units, places and a shelter. */
  static async begin(options: { policy?: string; words?: string[] } = {}): Promise<Program> {
    const folder = await mkdtemp(join(tmpdir(), 'lamplighter-browser-'))
    const words = [...(options.words ?? [])]
    if (options.policy) {
      const file = join(folder, 'policy.toml')
      await writeFile(file, options.policy)
      words.push('--policy', file)
    }
    const program = new Program(folder, await freePort(), words)
    for (const account of ACCOUNTS) await program.account(account)
    for (const [kind, name, text] of [
      ['units', 'units.csv', UNITS], ['places', 'places.geojson', PLACES], ['resources', 'resources.csv', RESOURCES],
    ] as const) {
      const file = join(folder, name)
      await writeFile(file, text)
      await run(binary, ['import', kind, file, '--data', join(folder, 'data')])
    }
    await program.start()
    return program
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  private async account(account: Account): Promise<void> {
    const words = ['account', 'add', account.name, '--role', account.role, '--password-stdin', '--data', join(this.folder, 'data')]
    if (account.jurisdiction) words.push('--jurisdiction', account.jurisdiction)
    if (account.department) words.push('--department', account.department)
    if (account.unit) words.push('--unit', account.unit)
    await new Promise<void>((resolve, reject) => {
      const child = spawn(binary, words, { stdio: ['pipe', 'ignore', 'pipe'] })
      let said = ''
      child.stderr.on('data', (part: Buffer) => (said += part.toString()))
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`account ${account.name}: ${said}`))))
      child.stdin.end(`${PASSWORD}\n`)
    })
  }

  async start(): Promise<void> {
    const child = spawn(
      binary,
      ['serve', '--data', join(this.folder, 'data'), '--listen', `127.0.0.1:${this.port}`, ...this.words],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    this.child = child
    const hear = (part: Buffer) => {
      this.log = (this.log + part.toString()).slice(-200_000)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    for (let n = 0; n < 300; n += 1) {
      const ready = await fetch(`${this.origin}/readyz`).catch(() => null)
      if (ready?.ok) return
      if (child.exitCode !== null) throw new Error(`the program ended: ${this.log}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the program never became ready: ${this.log}`)
  }

  /** Stops it; `SIGKILL` as a crash would. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.child
    this.child = null
    if (!child || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  async end(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}
