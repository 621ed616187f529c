/** Members of share groups for tests of handlers: what they fetch, and what they say of it. */
import { describeShareGroupOffsets } from '../../src/protocol/messages/describe-share-group-offsets.ts'
import { shareAcknowledge } from '../../src/protocol/messages/share-acknowledge.ts'
import { shareFetch } from '../../src/protocol/messages/share-fetch.ts'
import { shareGroupHeartbeat } from '../../src/protocol/messages/share-group-heartbeat.ts'
import type { Value } from '../../src/protocol/schema.ts'
import { type Sparse, type TestBroker, testBroker } from './broker.ts'
import { batchOf as batchOfValues, produceTo, topicOf, valuesOf } from './produced.ts'

type Fetched = Value<typeof shareFetch.response>
type AcknowledgementBatch = { firstOffset: number; lastOffset: number; acknowledgeTypes: number[] }

/** Longer than the interval between two assignments of a share group. */
const assignedMs = 1_000

export class Sharer {
  readonly #broker: TestBroker
  readonly groupId: string
  readonly memberId: string
  readonly topic: string
  epoch = 0

  constructor(broker: TestBroker, memberId: string, topic = 'a', groupId = 'g') {
    this.#broker = broker
    this.memberId = memberId
    this.topic = topic
    this.groupId = groupId
    // Tests read what was there before.
    broker.cluster.groupConfigs.replace(groupId, new Map([['share.auto.offset.reset', 'earliest']]))
  }

  beat(memberEpoch: number, subscribedTopicNames: string[] | null = null) {
    const { groupId, memberId } = this
    return this.#broker.request(shareGroupHeartbeat, 1, { groupId, memberId, memberEpoch, subscribedTopicNames })
  }

  /** Joins, and waits until it is told what to fetch from. */
  async join(): Promise<this> {
    await this.beat(0, [this.topic])
    this.#broker.clock.advance(assignedMs)
    await this.beat(0, [this.topic])
    return this
  }

  fetch(said: readonly string[] = [], more: Sparse<typeof shareFetch.request> = {}): Promise<Fetched> {
    const { groupId, memberId } = this
    const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, maxRecords: 500, batchSize: 500 }
    const asked = { groupId, memberId, ...limits, shareSessionEpoch: this.epoch++, topics: this.#topics(said) }
    return this.#broker.request(shareFetch, 2, { ...asked, ...more })
  }

  acknowledge(said: readonly string[], more: Sparse<typeof shareAcknowledge.request> = {}) {
    const { groupId, memberId } = this
    const asked = { groupId, memberId, shareSessionEpoch: this.epoch++, topics: this.#topics(said) }
    return this.#broker.request(shareAcknowledge, 2, { ...asked, ...more })
  }

  #topics(said: readonly string[]) {
    const topicId = this.#broker.cluster.topics.get(this.topic)!.id
    return [{ topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches: said.map(batchOf) }] }]
  }
}

/** `0-3=1`: the first and the last offset, then a type for all of them, or one for each. */
function batchOf(said: string): AcknowledgementBatch {
  const [span = '', types = ''] = said.split('=')
  const [firstOffset = 0, lastOffset = 0] = span.split('-').map(Number)
  return { firstOffset, lastOffset, acknowledgeTypes: [...types].map(Number) }
}

/** What a fetch was answered of each partition: its error, or what was acquired, and the values that came along. */
export function gotten({ errorCode, responses }: Fetched): string {
  if (errorCode !== 0) return `error ${errorCode}`
  return responses
    .flatMap(({ partitions }) => partitions)
    .map((one) => {
      const { partitionIndex, acquiredRecords, records, acknowledgeErrorCode } = one
      const spans = acquiredRecords.map((each) => `${each.firstOffset}-${each.lastOffset}(${each.deliveryCount})`)
      const said = acknowledgeErrorCode === 0 ? [] : [`said ${acknowledgeErrorCode}`]
      const error = one.errorCode === 0 ? [] : [`error ${one.errorCode}`]
      return [`${partitionIndex}:`, ...error, ...spans, `${valuesOf(records)}`, ...said]
        .filter((part) => part !== '')
        .join(' ')
    })
    .join('; ')
}

/** `start lag` of partition 0 of topic a. */
export async function offsetsTold(broker: TestBroker, groupId = 'g'): Promise<string> {
  const topics = [{ topicName: 'a', partitions: [0] }]
  const { groups } = await broker.request(describeShareGroupOffsets, 1, { groups: [{ groupId, topics }] })
  const { errorCode, startOffset, lag } = groups[0]!.topics[0]!.partitions[0]!
  return errorCode === 0 ? `${startOffset} ${lag}` : `error ${errorCode}`
}

/** A broker whose topic `a` has the records a to d. */
export async function brokerWithRecords(): Promise<TestBroker> {
  const broker = testBroker()
  topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOfValues(['a', 'b', 'c', 'd']))
  return broker
}
