/**
 * The topics of the cluster: names, ids, partitions; create, grow, delete.
 *
 * What a partition is, this layer does not know: it is lent a function that makes one.
 */
import { kafkaUuid, type Random } from '../base/random.ts'
import {
  INVALID_PARTITIONS,
  INVALID_REPLICATION_FACTOR,
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  type KafkaError,
  POLICY_VIOLATION,
  TOPIC_ALREADY_EXISTS,
} from '../protocol/errors.ts'
import { internalTopics } from '../protocol/internal-topics.ts'
import type { BrokerConfig } from '../configs/broker-config.ts'
import { TopicConfig, topicConfigsRefusal } from '../configs/topic-config.ts'
import { type PlacedBroker, placed } from './placement.ts'
import { firstReplicas, type Replicas } from './replicas.ts'

export interface Topic<P> {
  readonly name: string
  readonly id: string
  /** Kafka's own, such as __consumer_offsets. */
  readonly isInternal: boolean
  readonly partitions: readonly P[]
  readonly config: TopicConfig
  /** By partition: the ids of the brokers that hold it, its preferred leader first. */
  readonly assignment: readonly (readonly number[])[]
  /** By partition: which of them leads it, and who keeps up. */
  readonly replicas: readonly Replicas[]
}

export interface NewTopic {
  readonly name: string
  readonly partitionCount: number
  /** How many brokers hold each partition; 1 if not said. */
  readonly replicationFactor?: number
  /** Which ones, where the client chooses; else they are spread. */
  readonly assignment?: readonly (readonly number[])[]
  /** Where it is known who leads them; else those that come first. */
  readonly replicas?: readonly Replicas[]
  readonly configs?: ReadonlyMap<string, string>
  /** Where it was known before; else a new one. */
  readonly id?: string
}

export interface TopicsOptions<P> {
  readonly random: Random
  readonly config: BrokerConfig
  /** Those of the cluster, ascending by id, whether they are there or not. */
  readonly brokers: readonly PlacedBroker[]
  readonly makePartition: (topic: string, index: number, config: TopicConfig) => P
  readonly dropPartition: (partition: P) => void
}

/** How many partitions may be made at once. */
export const partitionsPerRequestMax = 10_000
const nameLengthMax = 249
/** Where Kafka's controllers keep their state. */
const metadataLog = '__cluster_metadata'

class Entry<P> implements Topic<P> {
  readonly name: string
  readonly id: string
  readonly isInternal: boolean
  readonly config: TopicConfig
  readonly partitions: P[] = []
  readonly replicas: Replicas[]

  constructor(name: string, id: string, config: TopicConfig, replicas: readonly Replicas[]) {
    this.name = name
    this.id = id
    this.isInternal = internalTopics.has(name)
    this.config = config
    this.replicas = [...replicas]
  }

  get assignment(): readonly (readonly number[])[] {
    return this.replicas.map(({ replicas }) => replicas)
  }
}

export class Topics<P> {
  readonly #options: TopicsOptions<P>
  readonly #byName = new Map<string, Entry<P>>()
  readonly #byId = new Map<string, Entry<P>>()
  #created = 0
  /** Grows with each topic that comes or goes, or changes its partitions. */
  version = 0

  constructor(options: TopicsOptions<P>) {
    this.#options = options
    options.config.onChange(() => {
      for (const topic of this.#byName.values()) topic.config.refresh()
    })
  }

  get(name: string): Topic<P> | undefined {
    return this.#byName.get(name)
  }

  byId(id: string): Topic<P> | undefined {
    return this.#byId.get(id)
  }

  /** In the order of their creation. */
  all(): Iterable<Topic<P>> {
    return this.#byName.values()
  }

  get count(): number {
    return this.#byName.size
  }

  /** Why a topic cannot be created, or null, in the order in which Kafka looks. Changes nothing. */
  refusal({ name, partitionCount, replicationFactor = 1, configs = new Map() }: NewTopic): KafkaError | null {
    return (
      this.nameRefusal(name) ??
      topicConfigsRefusal(configs) ??
      (replicationFactor < 1 ? INVALID_REPLICATION_FACTOR.because('At least one replica is needed.') : null) ??
      partitionCountRefusal(partitionCount) ??
      this.#replicationRefusal(replicationFactor)
    )
  }

  /** Why a topic of this name cannot be created, or null. */
  nameRefusal(name: string): KafkaError | null {
    const problem = topicNameProblem(name)
    if (problem !== null) return INVALID_TOPIC_EXCEPTION.because(`Topic name is invalid: ${problem}`)
    if (name === metadataLog) return INVALID_REQUEST.because(`${name} is not for clients to create.`)
    const other = this.#collision(name)
    if (other === undefined) return null
    return other === name
      ? TOPIC_ALREADY_EXISTS.because(`Topic '${name}' already exists.`)
      : INVALID_TOPIC_EXCEPTION.because(
          `Metrics could not tell topic '${name}' from '${other}': a '.' in a name is a '_' there`,
        )
  }

  /** `make`: where its partitions are not to be empty ones. */
  create(asked: NewTopic, make = this.#options.makePartition): Topic<P> | KafkaError {
    const refusal = this.refusal(asked)
    if (refusal !== null) return refusal

    const { name, partitionCount, replicationFactor = 1 } = asked
    const id = asked.id ?? kafkaUuid(this.#options.random)
    const config = new TopicConfig(this.#options.config, asked.configs ?? new Map())
    const assignment = () => asked.assignment ?? this.#spread(partitionCount, replicationFactor, this.#created++)
    const topic = new Entry<P>(name, id, config, asked.replicas ?? this.#begun(assignment()))
    this.version++
    this.#byName.set(name, topic)
    this.#byId.set(topic.id, topic)
    this.#addPartitions(topic, partitionCount, make)
    return topic
  }

  /** Adds partitions until there are `partitionCount`, held by the brokers asked for or spread like the first ones. */
  grow(topic: Topic<P>, partitionCount: number, added?: readonly (readonly number[])[]): void {
    this.version++
    const entry = this.#byId.get(topic.id)!
    const count = entry.partitions.length
    const first = entry.replicas[0]!.replicas
    const start = this.#options.brokers.findIndex(({ id }) => id === first[0])
    const spread = () => this.#spread(partitionCount - count, first.length, Math.max(0, start) + count)
    entry.replicas.push(...this.#begun(added ?? spread()))
    this.#addPartitions(entry, partitionCount)
  }

  /** Who holds a partition from now on, and leads it. */
  assign(topic: Topic<P>, index: number, replicas: Replicas): void {
    this.version++
    this.#byId.get(topic.id)!.replicas[index] = replicas
  }

  delete(topic: Topic<P>): void {
    this.version++
    this.#byName.delete(topic.name)
    this.#byId.delete(topic.id)
    for (const partition of topic.partitions) this.#options.dropPartition(partition)
  }

  #addPartitions(topic: Entry<P>, partitionCount: number, make = this.#options.makePartition): void {
    for (let index = topic.partitions.length; index < partitionCount; index++) {
      topic.partitions.push(make(topic.name, index, topic.config))
    }
  }

  #spread(partitionCount: number, replicationFactor: number, first: number): (readonly number[])[] {
    return placed(this.#options.brokers, partitionCount, replicationFactor, first)
  }

  #begun(assignment: readonly (readonly number[])[]): Replicas[] {
    const there = new Set(this.#options.brokers.filter(({ isThere }) => isThere).map(({ id }) => id))
    return assignment.map((replicas) => firstReplicas(replicas, (id) => there.has(id)))
  }

  #replicationRefusal(factor: number): KafkaError | null {
    const { brokers } = this.#options
    if (factor <= brokers.length) return null
    return INVALID_REPLICATION_FACTOR.because(
      `${factor} replicas need as many brokers, and there are only ${brokers.length} broker(s).`,
    )
  }

  /** Metrics of Kafka's write `.` as `_`, so two names that differ in nothing else exclude each other. */
  #collision(name: string): string | undefined {
    if (this.#byName.has(name)) return name
    if (!/[._]/.test(name)) return undefined
    const plain = name.replaceAll('.', '_')
    for (const other of this.#byName.keys()) if (other.replaceAll('.', '_') === plain) return other
    return undefined
  }
}

/** Why this is no name for a topic, or null. */
export function topicNameProblem(name: string): string | null {
  if (name === '') return 'it is empty'
  if (name === '.' || name === '..') return `'.' and '..' are not allowed`
  if (name.length > nameLengthMax) return `'${name}' is longer than ${nameLengthMax} characters`
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `'${name}' has other characters than a-z, A-Z, 0-9, '.', '_' and '-'`
  }
  return null
}

function partitionCountRefusal(count: number): KafkaError | null {
  if (count < 1) return INVALID_PARTITIONS.because('At least one partition is needed.')
  if (count <= partitionsPerRequestMax) return null
  return POLICY_VIOLATION.because(`${count} partitions are more than ${partitionsPerRequestMax}, the most at once.`)
}
