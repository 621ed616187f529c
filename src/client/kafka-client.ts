/**
 * A client of a Kafka cluster: knows its brokers, finds who leads a partition or coordinates a group, and asks again
 * where brokers say that this helps.
 */
import { ZERO_UUID } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { errorOf, type KafkaError, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import type { Api, Fields, Value } from '../protocol/schema.ts'
import { addressText } from './address.ts'
import { ClientError, notThere, refusal } from './client-error.ts'
import { type Asking, type ClientSecurity, Connection } from './connection.ts'

const retryMs = 100
const groupKey = 0

export interface ClientOptions {
  /** Any of these is enough to find the others. */
  readonly addresses: readonly string[]
  readonly clock: Clock
  readonly clientId?: string
  readonly security?: ClientSecurity
  /** For how long is asked again, where that may help. */
  readonly timeoutMs?: number
  /** Gives up whatever is being waited for. */
  readonly stopped?: AbortSignal
}

export interface BrokerAt {
  readonly id: number
  readonly address: string
  readonly rack: string | null
}

export interface PartitionAt {
  readonly index: number
  /** -1: none at present. */
  readonly leaderId: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
}

export interface TopicAt {
  readonly name: string
  readonly id: string | null
  readonly isInternal: boolean
  readonly partitions: readonly PartitionAt[]
}

export interface ClusterAt {
  readonly id: string | null
  readonly controllerId: number
  readonly brokers: readonly BrokerAt[]
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

interface Link {
  readonly opening: Promise<Connection>
  /** Null as long as it is being opened. */
  connection: Connection | null
}

export class KafkaClient {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly #options: ClientOptions
  readonly #connections = new Map<string, Link>()
  readonly #topics = new Map<string, TopicAt>()
  #cluster: ClusterAt | null = null

  constructor(options: ClientOptions) {
    this.#options = options
    this.clock = options.clock
    this.timeoutMs = options.timeoutMs ?? 10_000
  }

  close(): void {
    for (const { opening } of this.#connections.values()) {
      opening.then(
        (connection) => connection.close(),
        () => {},
      )
    }
    this.#connections.clear()
  }

  /** To this broker; opened when it is first asked for, and again after it broke. */
  connection(address: string): Promise<Connection> {
    const known = this.#connections.get(address)
    if (known !== undefined && known.connection?.isOpen !== false) return known.opening
    const { clock, clientId = 'blink', security } = this.#options
    const link: Link = {
      opening: Connection.open(address, { clock, clientId, ...(security === undefined ? {} : { security }) }),
      connection: null,
    }
    this.#connections.set(address, link)
    link.opening.then(
      (connection) => {
        link.connection = connection
      },
      () => {
        if (this.#connections.get(address) === link) this.#connections.delete(address)
      },
    )
    return link.opening
  }

  /** To whichever answers: of those found, or else of those named at the beginning. Says of each why it did not. */
  async anyConnection(): Promise<Connection> {
    const found = this.#cluster?.brokers.map(({ address }) => address) ?? []
    const failures = new Set<string>()
    let first: ClientError | null = null
    for (const address of new Set([...found, ...this.#options.addresses])) {
      try {
        return await this.connection(address)
      } catch (error) {
        if (!(error instanceof ClientError)) throw error
        first ??= error
        failures.add(error.message)
      }
    }
    throw failures.size < 2 ? first! : new ClientError([...failures].join('\n'), first!.failure)
  }

  async ask<Q extends Fields, S extends Fields>(api: Api<Q, S>, message: Partial<Value<Q>>, asking?: Asking) {
    return (await this.anyConnection()).request(api, message, asking)
  }

  /** The brokers as they are now. */
  async cluster(): Promise<ClusterAt> {
    await this.#learn([], false)
    return this.#cluster!
  }

  /** All topics. */
  async topics(): Promise<readonly TopicAt[]> {
    const { topics } = await this.#learn(null, false)
    return topics
  }

  /** Without asking: null when its leaders are not known. */
  known(topic: string): TopicAt | null {
    return this.#topics.get(topic) ?? null
  }

  /** As it was when last asked, or anew. Throws ClientError where there is none. */
  async topic(name: string, { isFresh = false, creates = false } = {}): Promise<TopicAt> {
    const known = this.#topics.get(name)
    if (known !== undefined && !isFresh && known.partitions.every(({ leaderId }) => leaderId >= 0)) return known
    const { errors } = await this.#learn([name], creates)
    const found = this.#topics.get(name)
    if (found !== undefined) return found
    const error = errors.get(name) ?? UNKNOWN_TOPIC_OR_PARTITION
    if (!error.is(UNKNOWN_TOPIC_OR_PARTITION)) throw refusal(`topic ${name}`, error)
    // One that is being created comes into being; another will not.
    throw notThere(`topic ${name}`, error, creates)
  }

  /** Leaders may have moved: forget what was known of the topic. */
  forget(topic: string): void {
    this.#topics.delete(topic)
  }

  async leader({ topic, partition }: TopicPartition): Promise<Connection> {
    const { partitions } = await this.topic(topic)
    const found = partitions.find(({ index }) => index === partition)
    if (found === undefined) {
      const last = partitions.length - 1
      throw new ClientError(`topic ${topic} has no partition ${partition}; it has 0 to ${last}`, 'wrong')
    }
    return this.broker(found.leaderId, `partition ${partition} of ${topic} has no leader at present`)
  }

  /** `without` says what is missing when that broker is not known. */
  async broker(id: number, without = `broker ${id} is not there`): Promise<Connection> {
    const found = this.#cluster?.brokers.find((one) => one.id === id)
    if (found === undefined) throw new ClientError(without, 'unreachable')
    return this.connection(found.address)
  }

  async controller(): Promise<Connection> {
    const { controllerId } = await this.cluster()
    return this.broker(controllerId, 'the cluster has no controller at present')
  }

  /** Of a consumer group. */
  async coordinator(group: string): Promise<Connection> {
    const message = { key: group, keyType: groupKey, coordinatorKeys: [group] }
    const answer = await this.ask(findCoordinator, message)
    const found = answer.coordinators[0] ?? answer
    const error = errorOf(found.errorCode)
    if (!error.is(NONE)) throw refusal(`group ${group}`, error, found.errorMessage)
    return this.connection(addressText(found.host, found.port))
  }

  /** Until it succeeds, fails for good, or `timeoutMs` are over. A patient one waits for brokers that are away, too. */
  async retrying<T>(attempt: () => Promise<T>, { isPatient = false } = {}): Promise<T> {
    const deadlineMs = this.clock.now() + this.timeoutMs
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        const isOver = this.clock.now() >= deadlineMs || this.#options.stopped?.aborted === true
        if (!(error instanceof ClientError) || !error.isPassing || isOver) throw error
        if (error.error === null && !isPatient) throw error
        await this.pause(retryMs)
      }
    }
  }

  /** Cut short when the client is stopped, or whatever waits. */
  pause(forMs: number, waiting?: AbortSignal): Promise<void> {
    const signals = [this.#options.stopped, waiting].filter((signal) => signal !== undefined)
    return new Promise((resolve) => {
      const over = () => {
        timer.cancel()
        for (const signal of signals) signal.removeEventListener('abort', over)
        resolve()
      }
      const timer = this.clock.after(forMs, over)
      for (const signal of signals) signal.addEventListener('abort', over)
      if (signals.some(({ aborted }) => aborted)) over()
    })
  }

  async #learn(names: readonly string[] | null, creates: boolean) {
    const connection = await this.anyConnection()
    const topics = names?.map((name) => ({ name, topicId: ZERO_UUID })) ?? null
    // Before version 1, an empty list meant all topics; no broker is so old.
    const answer = await connection.request(metadata, { topics, allowAutoTopicCreation: creates })
    const whole = errorOf(answer.errorCode)
    if (!whole.is(NONE)) throw refusal(connection.address, whole)
    const brokers = answer.brokers.map(({ nodeId, host, port, rack }) => {
      return { id: nodeId, address: addressText(host, port), rack }
    })
    this.#cluster = { id: answer.clusterId, controllerId: answer.controllerId, brokers }
    const errors = new Map<string, KafkaError>()
    const found: TopicAt[] = []
    for (const { errorCode, name, topicId, isInternal, partitions } of answer.topics) {
      const error = errorOf(errorCode)
      if (name === null) continue
      if (error.is(NONE)) {
        const shown = partitions.map(shownPartition).sort((a, b) => a.index - b.index)
        found.push({ name, id: topicId === ZERO_UUID ? null : topicId, isInternal, partitions: shown })
        this.#topics.set(name, found.at(-1)!)
      } else {
        errors.set(name, error)
        this.#topics.delete(name)
      }
    }
    return { topics: found.sort((a, b) => (a.name < b.name ? -1 : 1)), errors }
  }
}

interface PartitionTold {
  readonly partitionIndex: number
  readonly leaderId: number
  readonly replicaNodes: readonly number[]
  readonly isrNodes: readonly number[]
}

function shownPartition({ partitionIndex, leaderId, replicaNodes, isrNodes }: PartitionTold): PartitionAt {
  return { index: partitionIndex, leaderId, replicas: replicaNodes, inSync: isrNodes }
}
