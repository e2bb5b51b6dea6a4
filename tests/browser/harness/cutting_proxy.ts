// A proxy in front of the program that cuts websockets when it is told to, at any byte.
import { type Server, type Socket, connect, createServer } from 'node:net'

export class CuttingProxy {
  private readonly pairs = new Set<[Socket, Socket]>()
  nCut = 0

  private constructor(private readonly server: Server, readonly port: number) {}

  static async start(to: number): Promise<CuttingProxy> {
    let proxy: CuttingProxy
    const server = createServer((inner) => {
      const outer = connect(to, '127.0.0.1')
      const pair: [Socket, Socket] = [inner, outer]
      inner.once('data', (first) => {
        if (first.toString('latin1').toLowerCase().includes('upgrade: websocket')) proxy.pairs.add(pair)
        outer.write(first)
        inner.pipe(outer)
      })
      outer.pipe(inner)
      const gone = () => {
        proxy.pairs.delete(pair)
        inner.destroy()
        outer.destroy()
      }
      for (const socket of pair) {
        socket.on('error', gone)
        socket.on('close', gone)
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    proxy = new CuttingProxy(server, (server.address() as { port: number }).port)
    return proxy
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Cuts every websocket that is open; how many. */
  cut(): number {
    const open = [...this.pairs]
    for (const [inner, outer] of open) {
      inner.destroy()
      outer.destroy()
    }
    this.pairs.clear()
    this.nCut += open.length
    return open.length
  }

  async stop(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
