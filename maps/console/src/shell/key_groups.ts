// The keys of the console in groups, for the sheet: what a key is called on a cap, and where it belongs. Pure.
import type { Key } from '../keys/keys'

export type KeyGroup = 'cases' | 'case' | 'pages' | 'find'

/** `Ctrl+Shift+k` → `Ctrl Shift K`, `g c` → `G C`, arrows and Escape by their short names. */
export function capOf(stroke: string): string {
  const names: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', ' ': 'Space' }
  return stroke
    .split(/[+ ](?=.)/)
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ')
}

const OF: Record<string, KeyGroup> = {
  j: 'cases', k: 'cases', Enter: 'cases', Escape: 'cases', f: 'cases', 'Shift+f': 'cases', u: 'cases', y: 'cases', q: 'cases',
  a: 'case', r: 'case', l: 'case', m: 'case', s: 'case', n: 'case', h: 'case', x: 'case', '1': 'case', 'Ctrl+z': 'case', p: 'case',
  'g c': 'pages', 'g e': 'pages', 'g t': 'pages', 'g r': 'pages', F2: 'pages',
}

export function groupKeys(keys: readonly Key[]): Map<KeyGroup, { caps: string; word: string }[]> {
  const groups = new Map<KeyGroup, { caps: string; word: string }[]>([['cases', []], ['case', []], ['pages', []], ['find', []]])
  const seen = new Set<string>()
  for (const key of keys) {
    const strokes = [key.keys].flat()
    const first = strokes[0]
    if (!first || seen.has(strokes.join())) continue
    seen.add(strokes.join())
    groups.get(OF[first] ?? 'find')?.push({ caps: strokes.map(capOf).join(' / '), word: key.word() })
  }
  return groups
}
