/**
 * The configs of one topic: what it sets itself, and behind that the brokers' configs. What binds the log stands here
 * as plain numbers, worked out anew whenever a config changes, because the log reads them at every append.
 */
import { INVALID_CONFIG, type KafkaError } from '../protocol/errors.ts'
import { type Codec, compressionTypes } from '../protocol/records.ts'
import type { BrokerConfig } from './broker-config.ts'
import { canonical, type ConfigValue, listOf, refusalOf } from './config-values.ts'
import { topicConfigs } from './topic-configs.ts'

const unlimited = -1

export class TopicConfig {
  readonly #broker: BrokerConfig
  #overrides: ReadonlyMap<string, string> = new Map()

  segmentBytes = 0
  segmentMs = 0
  segmentJitterMs = 0
  retentionMs = 0
  retentionBytes = 0
  maxMessageBytes = 0
  decompressedBytesMax = 0
  isLogAppendTime = false
  timestampBeforeMaxMs = 0
  timestampAfterMaxMs = 0
  /** In which batches are stored; null: as they come. */
  codec: Codec | null = null
  /** Then every record needs a key. */
  isCompacted = false
  deleteRetentionMs = 0
  compactionLagMinMs = 0
  compactionLagMaxMs = 0
  dirtyRatioMin = 0
  /** Whether records may be deleted at all, be it by retention or by clients. */
  isDeletable = true
  /** What min.insync.replicas says; there may be fewer replicas. */
  isrMin = 1
  /** Whether share groups may put there what they gave up. */
  takesDeadLetters = false
  /** Whether a replica that lacks records may lead where no other can. */
  electsUnclean = false

  constructor(broker: BrokerConfig, overrides: ReadonlyMap<string, string>) {
    this.#broker = broker
    this.replace(overrides)
  }

  get overrides(): ReadonlyMap<string, string> {
    return this.#overrides
  }

  /** None of them may be one that is refused. */
  replace(overrides: ReadonlyMap<string, string>): void {
    this.#overrides = new Map([...overrides].map(([name, value]) => [name, canonical(topicConfigs.get(name)!, value)]))
    this.refresh()
  }

  get(name: string): string {
    return this.effective(name).value ?? ''
  }

  /** The value that holds, with its source. */
  effective(name: string): ConfigValue {
    const set = this.synonyms(name)[0]
    if (set !== undefined) return { ...set, name }
    const { synonym, default: standard = null } = topicConfigs.get(name) ?? {}
    const behind = synonym === undefined ? null : this.#broker.byFamily(synonym)
    return { name, value: behind ?? standard, source: 'default' }
  }

  /** All values there are for a config, strongest first: the topic's own, then those of the broker config behind it. */
  synonyms(name: string, nodeId?: number): readonly ConfigValue[] {
    const override = this.#overrides.get(name)
    const synonym = topicConfigs.get(name)?.synonym
    const behind = synonym === undefined ? [] : this.#broker.synonyms(synonym, nodeId)
    return override === undefined ? behind : [{ name, value: override, source: 'topic' }, ...behind]
  }

  /** Call after a config of the brokers changed. */
  refresh(): void {
    this.segmentBytes = Number(this.get('segment.bytes'))
    this.segmentJitterMs = Number(this.get('segment.jitter.ms'))
    const policies = listOf(this.get('cleanup.policy'))
    this.isCompacted = policies.includes('compact')
    this.deleteRetentionMs = Number(this.get('delete.retention.ms'))
    this.compactionLagMinMs = Number(this.get('min.compaction.lag.ms'))
    this.compactionLagMaxMs = Number(this.get('max.compaction.lag.ms'))
    this.dirtyRatioMin = Number(this.get('min.cleanable.dirty.ratio'))
    // Only what is closed is compacted.
    this.segmentMs = Math.min(
      Number(this.get('segment.ms')),
      this.isCompacted ? this.compactionLagMaxMs : Number.POSITIVE_INFINITY,
    )
    this.isDeletable = policies.includes('delete')
    this.retentionMs = this.isDeletable ? Number(this.get('retention.ms')) : unlimited
    this.retentionBytes = this.isDeletable ? Number(this.get('retention.bytes')) : unlimited
    this.maxMessageBytes = Number(this.get('max.message.bytes'))
    this.decompressedBytesMax = Number(this.get('max.decompressed.message.bytes'))
    this.isLogAppendTime = this.get('message.timestamp.type') === 'LogAppendTime'
    this.timestampBeforeMaxMs = Number(this.get('message.timestamp.before.max.ms'))
    this.timestampAfterMaxMs = Number(this.get('message.timestamp.after.max.ms'))
    this.codec = this.#codec(this.get('compression.type'))
    this.isrMin = Number(this.get('min.insync.replicas'))
    this.takesDeadLetters = this.get('errors.deadletterqueue.group.enable') === 'true'
    this.electsUnclean = this.get('unclean.leader.election.enable') === 'true'
  }

  #codec(type: string): Codec | null {
    if (type === 'producer') return null
    if (type === 'uncompressed') return { compression: 'none' }
    const compression = compressionTypes.find((one) => one === type)!
    const isLevelled = topicConfigs.has(`compression.${type}.level`)
    return isLevelled ? { compression, level: Number(this.get(`compression.${type}.level`)) } : { compression }
  }
}

/** Why a topic cannot have this config, or null. */
export function topicConfigRefusal(name: string, value: string): KafkaError | null {
  const definition = topicConfigs.get(name)
  return definition === undefined
    ? INVALID_CONFIG.because(`Topics have no config '${name}'`)
    : refusalOf(definition, value)
}

/** Why a topic cannot have these configs, each by itself or all together, or null. */
export function topicConfigsRefusal(configs: ReadonlyMap<string, string>): KafkaError | null {
  for (const [name, value] of configs) {
    const refusal = topicConfigRefusal(name, value)
    if (refusal !== null) return refusal
  }
  const [least, most] = ['min.compaction.lag.ms', 'max.compaction.lag.ms'].map((name) =>
    BigInt(configs.get(name) ?? topicConfigs.get(name)!.default!),
  )
  if (least! <= most!) return null
  return INVALID_CONFIG.because(`min.compaction.lag.ms is ${least}, more than max.compaction.lag.ms, ${most}`)
}
