// Which rows of a long list are drawn: rows of one height in a scroller, a few more than are seen. Pure.

/** Rows drawn beyond the edges, so that scrolling shows no gaps. */
const BEYOND = 6

export interface ListWindow {
  readonly first: number
  /** Not included. */
  readonly end: number
  readonly offset: number
  readonly height: number
}

export function windowOf(nRows: number, rowHeight: number, scrollTop: number, viewHeight: number): ListWindow {
  const height = nRows * rowHeight
  const first = Math.min(nRows, Math.max(0, Math.floor(scrollTop / rowHeight) - BEYOND))
  const end = Math.min(nRows, Math.ceil((scrollTop + viewHeight) / rowHeight) + BEYOND)
  return { first, end: Math.max(first, end), offset: first * rowHeight, height }
}

/** Where the scroller has to stand so that a row is seen whole; `covered` is hidden at its top. */
export function scrollFor(index: number, rowHeight: number, scrollTop: number, viewHeight: number): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  const bottom = top + rowHeight
  if (bottom > scrollTop + viewHeight) return Math.max(0, bottom - viewHeight)
  return scrollTop
}
