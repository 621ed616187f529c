/** Where a share group begins to read a partition of which nothing is stored: its config share.auto.offset.reset. */
import type { Partition } from '../log/partition.ts'

const units = { D: 86_400_000, H: 3_600_000, M: 60_000, S: 1000 } as const

/** `strategy`: earliest, latest or by_duration: and an ISO 8601 duration. */
export function resetOffset(
  strategy: string,
  log: Pick<Partition, 'logStartOffset' | 'highWatermark' | 'offsetFor'>,
  nowMs: number,
): number {
  const [kind, duration] = strategy.toLowerCase().split(':')
  if (kind === 'earliest') return log.logStartOffset
  if (kind === 'latest' || duration === undefined) return log.highWatermark
  const { offset } = log.offsetFor(nowMs - durationMs(duration))
  return offset === -1 ? log.highWatermark : offset
}

/** Of days, hours, minutes and seconds, as `P1DT2H3.5S`. */
export function durationMs(duration: string): number {
  const parts = duration.toUpperCase().matchAll(/([\d.,]+)([DHMS])/g)
  let sumMs = 0
  for (const [, count = '', unit] of parts) sumMs += Number(count.replace(',', '.')) * units[unit as keyof typeof units]
  return sumMs
}
