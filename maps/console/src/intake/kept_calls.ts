// Calls kept on this computer: drafts, what waits for the line, what was refused. One entry for each call under its
// account, so that two drafts, two windows or two people at one computer never mix.
import type { Problem } from '@kit/ask/ask'
import type { Call, Report } from './call'

export interface Join {
  caseId: string
  reason: string
  /** Key of the merge: the same however often it is sent. */
  key: string
}

export interface KeptCall {
  call: Call
  state: 'draft' | 'waiting' | 'refused'
  /** Set once it has left for the server: from then on the words may not change. */
  report: Report | null
  join: Join | null
  problem: Problem | null
  /** The window that works on it, and when that last said so, by this computer's clock. */
  window: string
  beatAt: number
  /** Server's time of the last change. */
  savedAt: number
}

const PREFIX = 'lamplighter.intake.'
/** A window that has been silent for so long is closed; its draft may be taken over. */
export const WINDOW_SILENT_MS = 15_000

export class KeptCalls {
  /** @param storage absent where the browser keeps nothing: the draft lives with the page then */
  constructor(private readonly storage: Storage | null, private readonly account: string) {}

  all(): KeptCall[] {
    const list: KeptCall[] = []
    const begins = this.key('')
    for (let at = 0; at < (this.storage?.length ?? 0); at += 1) {
      const key = this.storage?.key(at)
      if (!key?.startsWith(begins)) continue
      const kept = this.read(key)
      if (kept) list.push(kept)
    }
    return list.sort((a, b) => a.savedAt - b.savedAt)
  }

  save(kept: KeptCall): boolean {
    try {
      this.storage?.setItem(this.key(kept.call.id), JSON.stringify(kept))
      return this.storage !== null
    } catch {
      // No room: the page still has it, and the foot says that it is not kept.
      return false
    }
  }

  remove(id: string): void {
    this.storage?.removeItem(this.key(id))
  }

  /** The draft to go on with: this window's own, else the newest that no living window has. */
  draftFor(window: string, now: number): KeptCall | null {
    const drafts = this.all().filter((kept) => kept.state === 'draft')
    const free = drafts.filter((kept) => kept.window !== window && now - kept.beatAt > WINDOW_SILENT_MS)
    return drafts.findLast((kept) => kept.window === window) ?? free.at(-1) ?? null
  }

  private key(id: string): string {
    return `${PREFIX}${this.account}/${id}`
  }

  private read(key: string): KeptCall | null {
    try {
      return JSON.parse(this.storage?.getItem(key) ?? 'null') as KeptCall | null
    } catch {
      return null
    }
  }
}
