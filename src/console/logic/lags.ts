/** How far a group was behind in each partition, while someone looked. */
import type { Point } from './scale.ts'

const keptMax = 150

interface Lagging {
  readonly topic: string
  readonly partition: number
  readonly lag: number | null
}

export class LagHistory {
  readonly #points = new Map<string, Point[]>()

  /** Once for each moment. */
  add(atMs: number, lags: readonly Lagging[]): void {
    for (const { topic, partition, lag } of lags) {
      if (lag === null) continue
      const key = `${topic}-${partition}`
      const points = this.#points.get(key) ?? []
      if (points.at(-1)?.x === atMs) continue
      points.push({ x: atMs, y: lag })
      this.#points.set(key, points.slice(-keptMax))
    }
  }

  of(topic: string, partition: number): readonly Point[] {
    return this.#points.get(`${topic}-${partition}`) ?? []
  }
}

/** In words, for who does not see the curve: it compares the last with the first. */
export function trendOf(points: readonly Point[]): string {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length < 2) return 'not known yet'
  if (last.y > first.y) return `growing, from ${first.y} to ${last.y}`
  return last.y < first.y ? `shrinking, from ${first.y} to ${last.y}` : `steady at ${last.y}`
}
