/**
 * What members of a consumer group say to each other through the coordinator, and the range assignor: of each topic,
 * the members that read it get consecutive partitions, in the order of their ids. As in Kafka's Java client, so that
 * whichever of them leads, the shares are the same.
 */
import { Reader, Writer } from '../../base/bytes.ts'
import { groupBy } from '../../base/group-by.ts'
import { allSubscribedTopics } from '../../coordinator/subscription.ts'

export const rangeName = 'range'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface Subscriber {
  readonly memberId: string
  readonly instanceId: string | null
  readonly metadata: Buffer
}

const version = 0
const noUserData = -1

export function encodeSubscription(topics: readonly string[]): Buffer {
  const writer = new Writer()
  writer.int16(version)
  writer.int32(topics.length)
  for (const topic of topics) writeText(writer, topic)
  writer.int32(noUserData)
  return writer.concat()
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const byTopic = groupBy(partitions, ({ topic }) => topic)
  const writer = new Writer()
  writer.int16(version)
  writer.int32(byTopic.size)
  for (const [topic, some] of byTopic) {
    writeText(writer, topic)
    writer.int32(some.length)
    for (const { partition } of some) writer.int32(partition)
  }
  writer.int32(noUserData)
  return writer.concat()
}

/** Empty where it is no consumer's assignment: anything may stand there. */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return []
  try {
    return readAssignment(new Reader(bytes))
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

function readAssignment(reader: Reader): TopicPartition[] {
  if (reader.int16() < 0) return []
  const found: TopicPartition[] = []
  const topics = reader.count(reader.int32(), 2)
  for (let at = 0; at < topics; at++) {
    const topic = reader.string(reader.int16())
    const count = reader.count(reader.int32(), 4)
    for (let one = 0; one < count; one++) found.push({ topic, partition: reader.int32() })
  }
  return found
}

function writeText(writer: Writer, text: string): void {
  const length = Buffer.byteLength(text)
  writer.int16(length)
  writer.string(text, length)
}

/** All topics that any of them reads. */
export function topicsOf(members: readonly Subscriber[]): ReadonlySet<string> {
  return new Set(members.flatMap(({ metadata }) => [...(allSubscribedTopics([metadata]) ?? [])]))
}

/** By member id. A topic without partitions is nobody's yet. */
export function assignRanges(
  members: readonly Subscriber[],
  partitionCount: (topic: string) => number,
): Map<string, TopicPartition[]> {
  const shares = new Map(members.map(({ memberId }) => [memberId, [] as TopicPartition[]]))
  const inOrder = [...members].sort(byInstanceAndId)
  for (const topic of [...topicsOf(members)].sort()) {
    const readers = inOrder.filter(({ metadata }) => allSubscribedTopics([metadata])?.has(topic))
    const count = partitionCount(topic)
    const each = Math.floor(count / readers.length)
    const surplus = count % readers.length
    let partition = 0
    readers.forEach(({ memberId }, at) => {
      const end = partition + each + (at < surplus ? 1 : 0)
      while (partition < end) shares.get(memberId)!.push({ topic, partition: partition++ })
    })
  }
  return shares
}

/** Static members come first. */
function byInstanceAndId(a: Subscriber, b: Subscriber): number {
  if ((a.instanceId === null) !== (b.instanceId === null)) return a.instanceId === null ? 1 : -1
  const [first, second] = a.instanceId === null ? [a.memberId, b.memberId] : [a.instanceId, b.instanceId!]
  return first < second ? -1 : first > second ? 1 : 0
}
