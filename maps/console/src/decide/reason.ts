// The reason as it is sent: the quick one and the words beside it. Pure.
export interface Reason {
  quick: number | null
  text: string
}

export const noReason = (): Reason => ({ quick: null, text: '' })

export function reasonText(reason: Reason, quick: readonly string[]): string {
  const first = reason.quick === null ? '' : (quick[reason.quick] ?? '')
  return [first, reason.text.trim()].filter((part) => part !== '').join('：')
}
