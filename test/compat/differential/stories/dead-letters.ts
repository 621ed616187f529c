/** What becomes of records that share groups give up (KIP-1191). */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { fetch } from '../../../../src/protocol/messages/fetch.ts'
import { shareFetch } from '../../../../src/protocol/messages/share-fetch.ts'
import { shareAcknowledge } from '../../../../src/protocol/messages/share-acknowledge.ts'
import { readBatch, recordsIn, recordsSection } from '../../../../src/protocol/records.ts'
import type { Value } from '../../../../src/protocol/schema.ts'
import { type Story, story, type Telling } from '../telling.ts'
import { accept, acknowledging, batches, fetching, reader, reject, release } from './share-readers.ts'

/** Kafka gathers letters as they come, so it is not their batches that are compared. */
function lettersIn({ responses }: Value<typeof fetch.response>): string[] {
  const stored = Buffer.concat([...(responses[0]?.partitions[0]?.records ?? [])])
  const letters: string[] = []
  for (let at = 0; at < stored.length; ) {
    const batch = readBatch(stored, at)
    for (const { key, value, headers } of recordsIn(recordsSection(batch), batch)) {
      letters.push([key, value, ...headers.map((one) => `${one.key}=${one.value}`)].join(' '))
    }
    at += batch.bytes.length
  }
  return letters
}

async function compared(told: Telling, title: string, topic: string, count: number): Promise<void> {
  const partition = { partition: 0, currentLeaderEpoch: -1, fetchOffset: 0, lastFetchedEpoch: -1, logStartOffset: -1 }
  const wanted = { ...partition, partitionMaxBytes: 1_000_000, replicaDirectoryId: ZERO_UUID, highWatermark: 0 }
  const topics = [{ topic, topicId: ZERO_UUID, partitions: [wanted] }]
  const asked = { maxWaitMs: 100, minBytes: 1, maxBytes: 1_000_000, topics }
  const isThere = (answer: Value<typeof fetch.response>) => lettersIn(answer).length >= count
  const [ours, theirs] = await told.prepare(fetch, 12, asked, isThere)
  told.agree(title, lettersIn(ours), lettersIn(theirs))
}

const letters = story(
  shareAcknowledge,
  'dead letters',
  async (told) => {
    for (const isCopied of [false, true]) {
      const topic = told.name('dlq.t')
      await told.topic(topic, { configs: { 'errors.deadletterqueue.group.enable': 'true' } })
      const read = await reader(told, [4, 2], {
        'errors.deadletterqueue.topic.name': topic,
        'errors.deadletterqueue.copy.record.enable': `${isCopied}`,
        'share.delivery.count.limit': '2',
      })
      const isAcquired = ({ responses }: Value<typeof shareFetch.response>) => responses.length > 0
      await told.prepare(shareFetch, 2, fetching(read, 0), isAcquired)
      const how = isCopied ? 'with copies' : 'without copies'
      await told.ask(`rejects, ${how}`, shareAcknowledge, 2, acknowledging(read, 1, batches([0, 0, reject], [1, 1, 0])))
      await compared(told, `rejected, ${how}`, topic, 1)
      await told.ask(`releases, ${how}`, shareAcknowledge, 2, acknowledging(read, 2, batches([2, 4, release])))
      await told.ask(`again, ${how}`, shareFetch, 2, fetching(read, 3))
      const last = batches([2, 2, release], [3, 3, accept], [4, 4, reject])
      await told.ask(`for the last time, ${how}`, shareAcknowledge, 2, acknowledging(read, 4, last))
      await compared(told, `given up, ${how}`, topic, 3)
    }
  },
  [2, 2],
)

export const deadLetterStories: readonly Story[] = [letters]
