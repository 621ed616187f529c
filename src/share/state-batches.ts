/** What is stored of a share partition's records in flight: stretches of offsets with what became of them. */
import type { RecordState, Span } from './in-flight.ts'

export interface StateBatch extends Span {
  readonly state: RecordState
  readonly deliveryCount: number
}

/** As Kafka numbers them; who holds a record is not stored. */
export const stateIds: Readonly<Record<RecordState, number>> = {
  available: 0,
  acquired: 1,
  acknowledged: 2,
  archived: 4,
}

/**
 * Both together, without what lies before the start. Of two that speak of the same record, the one counts that was
 * delivered more often, or came further at the same delivery. Neighbours that agree become one.
 */
export function combined(
  stored: readonly StateBatch[],
  news: readonly StateBatch[],
  startOffset: number,
): readonly StateBatch[] {
  const all = [...stored, ...news].filter(({ lastOffset }) => lastOffset >= startOffset)
  const cuts = [...new Set(all.flatMap(({ firstOffset, lastOffset }) => [firstOffset, lastOffset + 1]))]
  const bounds = [startOffset, ...cuts.filter((offset) => offset > startOffset)].sort((a, b) => a - b)
  const sorted = [...all].sort((a, b) => a.firstOffset - b.firstOffset)
  const merged: StateBatch[] = []
  let active: StateBatch[] = []
  let next = 0
  bounds.slice(0, -1).forEach((firstOffset, index) => {
    while (next < sorted.length && sorted[next]!.firstOffset <= firstOffset) active.push(sorted[next++]!)
    active = active.filter(({ lastOffset }) => lastOffset >= firstOffset)
    if (active.length === 0) return
    const { state, deliveryCount } = active.reduce((best, one) => (outranks(one, best) ? one : best))
    const last = merged.at(-1)
    const lastOffset = bounds[index + 1]! - 1
    const goesOn =
      last !== undefined &&
      last.lastOffset + 1 === firstOffset &&
      last.state === state &&
      last.deliveryCount === deliveryCount
    if (goesOn) merged[merged.length - 1] = { ...last, lastOffset }
    else merged.push({ firstOffset, lastOffset, state, deliveryCount })
  })
  return merged
}

function outranks(one: StateBatch, other: StateBatch): boolean {
  if (one.deliveryCount !== other.deliveryCount) return one.deliveryCount > other.deliveryCount
  return stateIds[one.state] > stateIds[other.state]
}
