/** Reads all partitions of a topic as they are stored. It joins no group, commits nothing, and so changes nothing. */
import type { Clock } from '../base/clock.ts'
import { parseAddresses } from '../client/address.ts'
import { type FetchedBatch, Fetcher } from '../client/fetcher.ts'
import { KafkaClient } from '../client/kafka-client.ts'
import { earliest, latest, offsetsAt, partitionsOf } from '../client/offsets.ts'
import type { RecordBatch } from '../protocol/batch.ts'

export type From = 'earliest' | 'latest'

export interface TopicReaderOptions {
  /** One or several, separated by commas. */
  readonly address: string
  readonly topic: string
  readonly from: From
  readonly clock: Clock
  readonly stopped: AbortSignal
  /** The next batch is read when this one is done with. */
  readonly take: (partition: number, batch: RecordBatch) => Promise<void>
  /** Where each partition begins is known: what comes from now on is read. */
  readonly whenReading?: (partitions: number) => void
}

/** Until it is stopped. Throws ClientError: no such broker, no such topic, or the connection broke. */
export async function readTopic({ address, topic, from, clock, stopped, ...options }: TopicReaderOptions) {
  const client = new KafkaClient({ addresses: parseAddresses(address), clock, clientId: 'blink-workshop', stopped })
  try {
    const partitions = await partitionsOf(client, topic)
    const positions = await offsetsAt(client, partitions, from === 'earliest' ? earliest : latest)
    const fetcher = new Fetcher(client, {
      take: ({ partition, batch }: FetchedBatch) => options.take(partition, batch),
    })
    fetcher.assign(positions)
    options.whenReading?.(positions.length)
    await fetcher.run(stopped)
  } finally {
    client.close()
  }
}
