/** From where on partitions are read, or to where a group is set: as people write it, and as offsets. */
import { InvalidArgumentError } from 'commander'
import type { Position } from '../client/fetcher.ts'
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts'
import { earliest, endsOf, latest, offsetsAt } from '../client/offsets.ts'
import { durationMs } from './arguments.ts'

export type StartAt =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'offset'; readonly offset: number }
  /** So many before the end, of each partition. */
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'time'; readonly ms: number }
  /** So long ago. */
  | { readonly kind: 'ago'; readonly ms: number }

export const startAtForms = 'earliest, latest, an offset, -<n> for the last n, a time (ISO 8601 or @ms), or 10m for ago'

export function startAt(text: string): StartAt {
  if (text === 'earliest' || text === 'beginning') return { kind: 'earliest' }
  if (text === 'latest' || text === 'end') return { kind: 'latest' }
  if (/^\d+$/.test(text)) return { kind: 'offset', offset: Number(text) }
  if (/^-\d+$/.test(text)) return { kind: 'last', count: -Number(text) }
  if (/^@\d+$/.test(text)) return { kind: 'time', ms: Number(text.slice(1)) }
  if (/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)) return { kind: 'ago', ms: durationMs(text) }
  const ms = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new InvalidArgumentError(`Use ${startAtForms}.`)
  return { kind: 'time', ms }
}

/** Never outside what a partition holds. */
export async function positionsAt(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  start: StartAt,
): Promise<Position[]> {
  if (partitions.length === 0) return []
  if (start.kind === 'earliest') return offsetsAt(client, partitions, earliest)
  if (start.kind === 'latest') return offsetsAt(client, partitions, latest)
  const ends = await endsOf(client, partitions)
  const within = (at: (end: number) => number) =>
    ends.map(({ topic, partition, start: first, end }) => {
      return { topic, partition, offset: Math.min(end, Math.max(first, at(end))) }
    })
  if (start.kind === 'offset') return within(() => start.offset)
  if (start.kind === 'last') return within((end) => end - start.count)
  const ms = start.kind === 'time' ? start.ms : client.clock.now() - start.ms
  const found = await offsetsAt(client, partitions, ms)
  // Where nothing is as late, it begins with what comes.
  return found.map((one, at) => (one.offset < 0 ? { ...one, offset: ends[at]!.end } : one))
}
