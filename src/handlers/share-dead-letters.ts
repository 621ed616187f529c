/**
 * The dead letters of share groups (KIP-1191): of each record that a group gives up, being rejected or delivered too
 * often, a record in the topic that the group names for that, which says where it was, and with its key and value if
 * the group wants so. As in Kafka its headers are not copied. No plugin sees them.
 */
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { BrokerConfig } from '../configs/broker-config.ts'
import type { GroupConfigs } from '../configs/group-config.ts'
import type { Partition } from '../log/partition.ts'
import { INVALID_CONFIG, KafkaError, MESSAGE_TOO_LARGE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { batchesIn, encodeBatch, readBatch, type Record, recordsIn, recordsSection } from '../protocol/records.ts'
import type { GivenUp } from '../share/share-partition.ts'
import type { ShareKey } from '../share/share-states.ts'
import type { Topic, Topics } from '../topics/topics.ts'
import { createByDefault } from './auto-create.ts'
import type { Features } from './features.ts'

export interface ShareDeadLettersOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly config: BrokerConfig
  readonly groupConfigs: GroupConfigs
  readonly features: Features
  readonly topics: Topics<Partition>
}

/** The level of share.version from which on there are dead letters. */
const shareVersionSince = 2
const readBytesMax = 1_048_576
const messages = {
  rejected: 'Offset rejected by client.',
  exhausted: 'Offset delivery count exceeded the threshold.',
} as const

export class ShareDeadLetters {
  readonly #options: ShareDeadLettersOptions

  constructor(options: ShareDeadLettersOptions) {
    this.#options = options
  }

  /** They are given up whether their letters can be stored or not; where not, the log says so. */
  bury({ groupId, topicId, partition }: ShareKey, all: readonly GivenUp[]): void {
    const { groupConfigs, features, topics } = this.#options
    const name = groupConfigs.get(groupId, 'errors.deadletterqueue.topic.name')
    const source = topics.byId(topicId)
    if (name === '' || source === undefined || features.level('share.version') < shareVersionSince) return
    const grave = this.#grave(name)
    if (grave instanceof KafkaError) {
      this.#tell(grave, groupId, name)
      return
    }
    const isCopied = groupConfigs.boolean(groupId, 'errors.deadletterqueue.copy.record.enable')
    const into = grave.partitions[partition % grave.partitions.length]!
    for (const span of all) {
      const copies = isCopied ? recordsOf(source.partitions[partition]!, span) : new Map<number, Record>()
      for (let offset = span.firstOffset; offset <= span.lastOffset; offset++) {
        const place = { topic: source.name, partition, offset, group: groupId }
        const error = this.#store(into, lettered(place, span), copies.get(offset))
        if (error !== null) this.#tell(error, groupId, name)
      }
    }
  }

  /** One that is too large with its key and value goes without. */
  #store(into: Partition, headers: Headers, copy: Record | undefined): KafkaError | null {
    const timestamp = this.#options.clock.now()
    const append = (key: Buffer | null, value: Buffer | null) =>
      into.append(readBatch(encodeBatch([{ timestamp, key, value, headers }])), timestamp)
    const appended = append(copy?.key ?? null, copy?.value ?? null)
    const isTooLarge = copy !== undefined && appended instanceof KafkaError && appended.is(MESSAGE_TOO_LARGE)
    const last = isTooLarge ? append(null, null) : appended
    return last instanceof KafkaError ? last : null
  }

  /** Made if need be and if the brokers' configs allow it. */
  #grave(name: string): Topic<Partition> | KafkaError {
    const { topics, config } = this.#options
    const known = topics.get(name)
    if (known !== undefined) return known.config.takesDeadLetters ? known : notForDeadLetters
    if (!config.boolean('errors.deadletterqueue.auto.create.topics.enable')) return notThere
    if (!name.startsWith(config.get('errors.deadletterqueue.topic.name.prefix') ?? '')) return otherPrefix
    return createByDefault(name, this.#options, new Map([['errors.deadletterqueue.group.enable', 'true']]))
  }

  #tell(error: KafkaError, group: string, topic: string): void {
    this.#options.logger.error('a dead letter of a share group is lost', {
      group,
      topic,
      error: error.name,
      because: error.message,
    })
  }
}

const notForDeadLetters = INVALID_CONFIG.because(
  'the topic has errors.deadletterqueue.group.enable=false; set it to true',
)
const notThere = UNKNOWN_TOPIC_OR_PARTITION.because('the topic does not exist; create it')
const otherPrefix = UNKNOWN_TOPIC_OR_PARTITION.because(
  'the topic does not exist, and only names that begin with errors.deadletterqueue.topic.name.prefix are created',
)

type Headers = readonly { readonly key: string; readonly value: Buffer }[]

/** What a letter says, under Kafka's names and in its order. */
function lettered(place: object, { deliveryCount, why }: GivenUp): Headers {
  const said = { ...place, 'delivery.count': deliveryCount, message: messages[why] }
  return Object.entries(said).map(([name, value]) => ({ key: `__dlq.errors.${name}`, value: Buffer.from(`${value}`) }))
}

/** Those that are there still, by offset. */
function recordsOf(log: Partition, { firstOffset, lastOffset }: GivenUp): ReadonlyMap<number, Record> {
  const found = new Map<number, Record>()
  for (let offset = firstOffset; offset <= lastOffset; ) {
    const read = log.read(offset, readBytesMax, { minOneBatch: true })
    if (read instanceof KafkaError || read.batches.length === 0) break
    for (const batch of batchesIn(read.batches)) {
      offset = batch.baseOffset + batch.lastOffsetDelta + 1
      if (batch.isControl) continue
      for (const record of recordsIn(recordsSection(batch), batch)) {
        if (record.offset >= firstOffset && record.offset <= lastOffset) found.set(record.offset, record)
      }
    }
  }
  return found
}
