/** Which rows of a long list are drawn. */

export interface Viewport {
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
  readonly count: number
}

/** Drawn beyond the edges, so that scrolling shows no gap. */
const overscan = 8

/** From the first to before the last. */
export function visibleRows({ scrollTop, height, rowHeight, count }: Viewport): { first: number; end: number } {
  const top = Math.floor(scrollTop / rowHeight)
  const bottom = Math.ceil((scrollTop + height) / rowHeight)
  const end = Math.min(count, Math.max(0, bottom + overscan))
  return { first: Math.max(0, Math.min(top - overscan, end)), end }
}

/** Where to scroll so that a row is seen whole; where it is already, there. */
export function scrollTo(row: number, { scrollTop, height, rowHeight }: Viewport): number {
  const top = row * rowHeight
  if (top < scrollTop) return top
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop
}
