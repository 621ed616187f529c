/** The arithmetic of plots: where ticks stand, and the path of a line. */

/** The top of an axis and its ticks: 0, half, top, round in their unit; of bytes, a step is 1024. */
export function axis(
  max: number,
  step: 1000 | 1024 = 1000,
): { readonly top: number; readonly ticks: readonly number[] } {
  const unit = step ** Math.max(0, Math.floor(Math.log(Math.max(max, 1)) / Math.log(step)))
  const top = max <= 0 ? 1 : unit * roundUp(max / unit)
  return { top, ticks: [0, top / 2, top] }
}

/** To the next of 1, 2, 4, 5, 8, 10 times a power of ten, each of which has a round half. */
function roundUp(max: number): number {
  const power = 10 ** Math.floor(Math.log10(max))
  const factor = [1, 2, 4, 5, 8, 10].find((one) => one * power >= max * (1 - 1e-9)) ?? 10
  return factor * power
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Frame {
  readonly width: number
  readonly height: number
  /** The values at the left and right edge. */
  readonly from: number
  readonly to: number
  /** The value at the upper edge; the lower is 0. */
  readonly top: number
}

export function place({ x, y }: Point, { width, height, from, to, top }: Frame): Point {
  const span = to === from ? 1 : to - from
  return { x: ((x - from) / span) * width, y: height - (Math.min(y, top) / top) * height }
}

/** The `d` of an SVG path through the points; empty for fewer than two. */
export function line(points: readonly Point[], frame: Frame): string {
  if (points.length < 2) return ''
  return points
    .map((point, at) => {
      const { x, y } = place(point, frame)
      return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

/** The same, closed along the lower edge. */
export function area(points: readonly Point[], frame: Frame): string {
  const path = line(points, frame)
  if (path === '') return ''
  const { x: left } = place(points[0]!, frame)
  const { x: right } = place(points.at(-1)!, frame)
  return `${path}L${right.toFixed(1)} ${frame.height}L${left.toFixed(1)} ${frame.height}Z`
}

/** Which point lies nearest to a value of x; -1 when there is none. */
export function nearest(points: readonly Point[], x: number): number {
  let best = -1
  points.forEach((point, at) => {
    if (best === -1 || Math.abs(point.x - x) < Math.abs(points[best]!.x - x)) best = at
  })
  return best
}
