// The server's time on a page: it counts, also where the computer's own clock is wrong.

export class ServerClock {
  private base: { readonly server: number; readonly local: number } | null = null
  private rate = 1

  /** @param local milliseconds of a clock that nobody sets, as `performance.now` */
  constructor(private readonly local: () => number = () => performance.now()) {}

  /** Takes a time that the server said just now. */
  heard(now: string, rate: number | null): void {
    if (rate !== null) this.rate = rate
    this.base = { server: Date.parse(now), local: this.local() }
  }

  /** Milliseconds since 1970 by the server's clock; before the first word of the server by the computer's. */
  now(): number {
    if (!this.base) return Date.now()
    return this.base.server + (this.local() - this.base.local) * this.rate
  }

  /** How much faster than the wall clock it runs; above 1 only in a demonstration. */
  get speed(): number {
    return this.rate
  }
}
