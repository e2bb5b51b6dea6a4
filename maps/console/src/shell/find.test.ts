// Finding by words, codes and first letters of sounds; what a key is called on a cap.
import { describe, expect, it } from 'vitest'
import { type Findable, bestOf, rank } from './find'
import { capOf, groupKeys } from './key_groups'

const item = (word: string, also: string[] = []): Findable => ({ id: word, word, also, more: '', run: () => undefined })
const sounds = (text: string) => ({ 曹杨路站: { initials: 'cylz', whole: 'caoyangluzhan' }, 长寿路: { initials: 'csl', whole: 'changshoulu' } })[text] ?? null

describe('find', () => {
  it('finds by words, codes, initials and whole sounds, the plainest first', () => {
    expect(rank('曹杨', item('曹杨路站'), sounds)).toBe(0)
    expect(rank('路站', item('曹杨路站'), sounds)).toBe(1)
    expect(rank('0112-25', item('曹杨路站', ['0112-25AB']), sounds)).toBe(2)
    expect(rank('cyl', item('曹杨路站'), sounds)).toBe(3)
    expect(rank('caoyang', item('曹杨路站'), sounds)).toBe(4)
    expect(rank('xyz', item('曹杨路站'), sounds)).toBeNull()
  })
  it('needs every word', () => {
    expect(rank('曹杨 csl', item('曹杨路站', ['长寿路']), sounds)).not.toBeNull()
    expect(rank('曹杨 nothing', item('曹杨路站'), sounds)).toBeNull()
  })
  it('gives the best few', () => {
    expect(bestOf('长', [item('很长'), item('长寿路'), item('短')], sounds, 1).map((one) => one.word)).toEqual(['长寿路'])
  })
})

describe('caps', () => {
  it('are written as on the keyboard', () => {
    expect(capOf('Ctrl+k')).toBe('Ctrl K')
    expect(capOf('g c')).toBe('G C')
    expect(capOf('ArrowDown')).toBe('↓')
    expect(capOf('?')).toBe('?')
  })
  it('stand in groups, each once', () => {
    const key = (keys: string) => ({ keys, word: () => keys, run: () => undefined })
    const groups = groupKeys([key('j'), key('j'), key('a'), key('g c'), key('Ctrl+k')])
    expect([...groups].map(([name, keys]) => [name, keys.length])).toEqual([['cases', 1], ['case', 1], ['pages', 1], ['find', 1]])
  })
})
