/**
 * What clients push of their own metrics (KIP-714): which instances there are, what is asked of each, and the last that
 * each has pushed. What is asked is said by the configs of client metrics.
 */
import { crc32c } from '../base/crc32c.ts'
import type { ClientMetricsConfigs, ClientTraits } from '../configs/client-metrics-config.ts'
import { type CompressionType, compressionTypes, decompress, UncompressedTooLarge } from '../protocol/compression.ts'
import {
  INVALID_RECORD,
  INVALID_REQUEST,
  type KafkaError,
  TELEMETRY_TOO_LARGE,
  THROTTLING_QUOTA_EXCEEDED,
  UNKNOWN_SUBSCRIPTION_ID,
  UNSUPPORTED_COMPRESSION_TYPE,
} from '../protocol/errors.ts'

/** Kafka's own: beyond it the instance that was quiet longest is forgotten. */
const instancesMax = 16_384
const intervalMsMax = 300_000
/** An instance is forgotten after three intervals of silence, but not sooner. */
const quietMsMin = 60_000
/** Of what one push unpacks to. */
const unpackedBytesMax = 16 * 1024 * 1024
/** Of the last pushes of all instances together; beyond it those of the quietest are given up. */
const keptBytesMax = 16 * 1024 * 1024

export interface Push {
  readonly subscriptionId: number
  readonly isTerminating: boolean
  readonly compressionType: number
  readonly metrics: Buffer
}

/** A client as one that pushes metrics. */
export interface ClientInstance {
  readonly id: string
  readonly client: ClientTraits
  readonly subscriptionId: number
  readonly metrics: readonly string[]
  readonly intervalMs: number
  readonly pushes: number
  readonly bytes: number
  readonly last: { readonly atMs: number; readonly compressionType: number; readonly metrics: Buffer } | null
}

interface Instance extends ClientInstance {
  subscriptionId: number
  metrics: readonly string[]
  intervalMs: number
  pushes: number
  bytes: number
  last: ClientInstance['last']
  /** Of the configs by which the rest was worked out. */
  configsVersion: number
  askedAtMs: number
  pushedAtMs: number
  seenAtMs: number
  isTerminating: boolean
  lastError: KafkaError | null
}

export class ClientTelemetry {
  readonly #configs: ClientMetricsConfigs
  readonly #pushBytesMax: () => number
  /** Whoever was quiet longest comes first. */
  readonly #instances = new Map<string, Instance>()
  readonly #byConnection = new WeakMap<object, string>()

  constructor(configs: ClientMetricsConfigs, pushBytesMax: () => number) {
    this.#configs = configs
    this.#pushBytesMax = pushBytesMax
  }

  /** Without a subscription nothing is wanted of clients, and they need not know that they could. */
  get isOn(): boolean {
    return this.#configs.subscriptions.length > 0
  }

  get instances(): Iterable<ClientInstance> {
    return this.#instances.values()
  }

  get pushBytesMax(): number {
    return this.#pushBytesMax()
  }

  /** What is asked of a client, or why it asks too soon. */
  subscription(client: ClientTraits, connection: object, now: number): ClientInstance | KafkaError {
    const instance = this.#instance(client, connection, now)
    const isEarly = now - Math.max(instance.askedAtMs, instance.pushedAtMs) < instance.intervalMs
    const mayAskAnew =
      instance.lastError === UNKNOWN_SUBSCRIPTION_ID || instance.lastError === UNSUPPORTED_COMPRESSION_TYPE
    if (isEarly && !mayAskAnew) return THROTTLING_QUOTA_EXCEEDED
    if (!isEarly) instance.askedAtMs = now
    instance.lastError = null
    return instance
  }

  /** Why what a client pushes is not taken, or null. */
  push(push: Push, client: ClientTraits, connection: object, now: number): KafkaError | null {
    const instance = this.#instance(client, connection, now)
    const error = this.#pushRefusal(push, instance, now)
    instance.lastError = error
    instance.isTerminating = push.isTerminating
    if (error !== null || push.metrics.length === 0) return error
    instance.pushes++
    instance.bytes += push.metrics.length
    instance.last = { atMs: now, compressionType: push.compressionType, metrics: Buffer.from(push.metrics) }
    this.#giveUpBeyond(keptBytesMax)
    return null
  }

  #giveUpBeyond(bytesMax: number): void {
    const bytesOf = ({ last }: Instance) => last?.metrics.length ?? 0
    let kept = [...this.#instances.values()].reduce((sum, instance) => sum + bytesOf(instance), 0)
    for (const instance of this.#instances.values()) {
      if (kept <= bytesMax) return
      kept -= bytesOf(instance)
      instance.last = null
    }
  }

  /** An instance goes with its connection. */
  closed(connection: object): void {
    const id = this.#byConnection.get(connection)
    if (id !== undefined) this.#instances.delete(id)
  }

  #pushRefusal(push: Push, instance: Instance, now: number): KafkaError | null {
    if (instance.isTerminating) return INVALID_REQUEST
    const isDue = instance.askedAtMs > instance.pushedAtMs || now - instance.pushedAtMs >= instance.intervalMs
    if (isDue) instance.pushedAtMs = now
    if (!isDue && !push.isTerminating) return THROTTLING_QUOTA_EXCEEDED
    if (push.subscriptionId !== instance.subscriptionId) return UNKNOWN_SUBSCRIPTION_ID
    const compression = compressionTypes[push.compressionType]
    if (compression === undefined) return UNSUPPORTED_COMPRESSION_TYPE
    if (push.metrics.length > this.pushBytesMax) return TELEMETRY_TOO_LARGE
    return push.metrics.length === 0 ? null : unpackingRefusal(compression, push.metrics)
  }

  /** As it stands by the configs of now. */
  #instance(client: ClientTraits, connection: object, now: number): Instance {
    const id = client.client_instance_id
    const known = this.#instances.get(id)
    const isGone = known !== undefined && now - known.seenAtMs > Math.max(quietMsMin, 3 * known.intervalMs)
    const isStale = known === undefined || isGone || known.configsVersion < this.#configs.version
    const instance = isStale ? this.#made(client, isGone ? undefined : known) : known
    instance.seenAtMs = now
    this.#instances.delete(id)
    this.#instances.set(id, instance)
    this.#byConnection.set(connection, id)
    if (this.#instances.size > instancesMax) this.#instances.delete(this.#instances.keys().next().value!)
    return instance
  }

  /** Configs that changed let a client ask at once, and begin anew; what it has pushed stays known. */
  #made(client: ClientTraits, before: Instance | undefined): Instance {
    const meant = this.#configs.subscriptions.filter((one) => one.isFor(client))
    const wanted = new Set(meant.flatMap(({ metrics }) => metrics))
    const metrics = wanted.has('*') ? ['*'] : [...wanted]
    const intervalMs = Math.min(intervalMsMax, ...meant.map((one) => one.intervalMs))
    return {
      id: client.client_instance_id,
      client,
      subscriptionId: crc32c(Buffer.from(`${client.client_instance_id} ${metrics} ${intervalMs}`)) | 0,
      metrics,
      intervalMs,
      pushes: before?.pushes ?? 0,
      bytes: before?.bytes ?? 0,
      last: before?.last ?? null,
      configsVersion: this.#configs.version,
      askedAtMs: Number.NEGATIVE_INFINITY,
      pushedAtMs: Number.NEGATIVE_INFINITY,
      seenAtMs: 0,
      isTerminating: false,
      lastError: null,
    }
  }
}

/** Why it is not compressed as it says, if so. */
function unpackingRefusal(compression: CompressionType, metrics: Buffer): KafkaError | null {
  try {
    decompress(compression, metrics, unpackedBytesMax)
    return null
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return error instanceof UncompressedTooLarge ? TELEMETRY_TOO_LARGE : INVALID_RECORD
  }
}
