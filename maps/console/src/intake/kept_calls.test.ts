// What is typed stays, under its account and in its own window.
import { describe, expect, it } from 'vitest'
import { newCall } from './call'
import { type KeptCall, KeptCalls, WINDOW_SILENT_MS } from './kept_calls'

function storage(): Storage {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    key: (at) => [...items.keys()][at] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  }
}
const kept = (id: string, more: Partial<KeptCall> = {}): KeptCall => ({
  call: { ...newCall(id), note: id }, state: 'draft', report: null, join: null, problem: null, window: 'w1', beatAt: 0, savedAt: 0, ...more,
})

describe('kept calls', () => {
  it('come back after a reload in the same window', () => {
    const calls = new KeptCalls(storage(), 'command')
    calls.save(kept('a', { savedAt: 1 }))
    expect(calls.draftFor('w1', 1)?.call.note).toBe('a')
  })

  it('are never shown to another account', () => {
    const shared = storage()
    new KeptCalls(shared, 'command').save(kept('a'))
    new KeptCalls(shared, 'command2').save(kept('b'))
    expect(new KeptCalls(shared, 'command').all().map((one) => one.call.id)).toEqual(['a'])
    expect(new KeptCalls(shared, 'street1').all()).toEqual([])
  })

  it('stay with their window while it lives, and are taken over when it is gone', () => {
    const calls = new KeptCalls(storage(), 'command')
    calls.save(kept('a', { window: 'w2', beatAt: 1000 }))
    expect(calls.draftFor('w1', 2000)).toBeNull()
    expect(calls.draftFor('w1', 1001 + WINDOW_SILENT_MS)?.call.id).toBe('a')
  })

  it('that wait for the line are no drafts', () => {
    const calls = new KeptCalls(storage(), 'command')
    calls.save(kept('a', { state: 'waiting' }))
    expect(calls.draftFor('w1', 0)).toBeNull()
    expect(calls.all()).toHaveLength(1)
    calls.remove('a')
    expect(calls.all()).toEqual([])
  })

  it('say so when the browser keeps nothing', () => {
    expect(new KeptCalls(null, 'command').save(kept('a'))).toBe(false)
  })
})
