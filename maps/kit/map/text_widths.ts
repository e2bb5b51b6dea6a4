// How wide a text will be, near enough to lay out labels and pills before anything is drawn. Pure.
/** Wide for ideographs, narrow for the rest; a little too much rather than too little. */
export function textWidth(text: string, px: number): number {
  let ems = 0
  for (const letter of text) ems += (letter.codePointAt(0) ?? 0) > 0x2e80 ? 1.02 : letter === ' ' ? 0.3 : 0.62
  return ems * px
}

export const LABEL_PX = 13
/** Between the name and the word. */
export const LABEL_GAP_PX = 6

export function labelSize(text: { name: string; word: string }, scale = 1) {
  const gap = text.name && text.word ? LABEL_GAP_PX : 0
  return { width: (textWidth(text.name, LABEL_PX) + gap + textWidth(text.word, LABEL_PX) + 8) * scale, height: (LABEL_PX + 6) * scale }
}
