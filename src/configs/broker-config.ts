/**
 * The configs of the brokers: what settings.yaml says (static), what clients alter (dynamic, for all brokers), and
 * Kafka's defaults. Every topic config has a broker config behind it, its synonym, which holds for topics that set
 * none.
 */
import { INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import { canonical, type ConfigDefinition, type ConfigValue, refusalOf } from './config-values.ts'
import { groupBrokerConfigs } from './group-broker-configs.ts'
import { topicConfigs } from './topic-configs.ts'

const intMax = '2147483647'

/** Broker configs that are no topic's synonym. */
const own: readonly ConfigDefinition[] = [
  {
    name: 'advertised.listeners',
    type: 'list',
    default: null,
    isReadOnly: true,
    doc: 'What clients are told to connect to.',
  },
  {
    name: 'auto.create.topics.enable',
    type: 'boolean',
    default: 'true',
    isReadOnly: true,
    doc: 'Whether topics are created on first use.',
  },
  { name: 'broker.id', type: 'int', default: '-1', isReadOnly: true, doc: 'The number of the broker.' },
  { name: 'broker.rack', type: 'string', default: null, isReadOnly: true, doc: 'The rack of the broker.' },
  {
    name: 'connections.max.idle.ms',
    type: 'long',
    default: '600000',
    isReadOnly: true,
    doc: 'After how long an idle connection is closed.',
  },
  {
    name: 'default.replication.factor',
    type: 'int',
    default: '1',
    isReadOnly: true,
    doc: 'Replicas of a topic that names no number.',
  },
  {
    name: 'delete.topic.enable',
    type: 'boolean',
    default: 'true',
    isReadOnly: true,
    doc: 'Whether topics can be deleted.',
  },
  {
    name: 'fetch.max.bytes',
    type: 'int',
    default: '57671680',
    isReadOnly: true,
    doc: 'The most bytes a fetch is answered with.',
  },
  {
    name: 'listeners',
    type: 'list',
    default: 'PLAINTEXT://:9092',
    isReadOnly: true,
    doc: 'What the broker listens on.',
  },
  { name: 'log.dirs', type: 'list', default: null, isReadOnly: true, doc: 'Where logs are kept.' },
  {
    name: 'log.retention.check.interval.ms',
    type: 'long',
    default: '300000',
    isReadOnly: true,
    doc: 'How often retention is applied.',
  },
  { name: 'log.retention.hours', type: 'int', default: '168', isReadOnly: true, doc: 'As log.retention.ms, in hours.' },
  {
    name: 'log.retention.minutes',
    type: 'int',
    default: null,
    isReadOnly: true,
    doc: 'As log.retention.ms, in minutes.',
  },
  { name: 'max.connections', type: 'int', default: intMax, doc: 'The most connections at a time.' },
  {
    name: 'max.incremental.fetch.session.cache.slots',
    type: 'int',
    default: '1000',
    isReadOnly: true,
    doc: 'The most fetch sessions kept.',
  },
  { name: 'node.id', type: 'int', default: null, isReadOnly: true, doc: 'The number of the broker.' },
  {
    name: 'num.partitions',
    type: 'int',
    default: '1',
    isReadOnly: true,
    doc: 'Partitions of a topic that names no number.',
  },
  {
    name: 'offset.metadata.max.bytes',
    type: 'int',
    default: '4096',
    isReadOnly: true,
    doc: 'The longest note that goes with a committed offset.',
  },
  {
    name: 'offsets.retention.minutes',
    type: 'int',
    default: '10080',
    isReadOnly: true,
    doc: 'How long committed offsets of an empty group are kept.',
  },
  {
    name: 'producer.id.expiration.ms',
    type: 'int',
    default: '86400000',
    min: 1,
    doc: 'How long the state of a quiet producer is kept.',
  },
  {
    name: 'socket.request.max.bytes',
    type: 'int',
    default: '104857600',
    isReadOnly: true,
    doc: 'The largest request that is read.',
  },
  {
    name: 'transaction.abort.timed.out.transaction.cleanup.interval.ms',
    type: 'int',
    default: '10000',
    min: 1,
    isReadOnly: true,
    doc: 'How often transactions that took too long are aborted.',
  },
  {
    name: 'transaction.max.timeout.ms',
    type: 'int',
    default: '900000',
    min: 1,
    isReadOnly: true,
    doc: 'The longest transaction that a producer may ask for.',
  },
  {
    name: 'transaction.remove.expired.transaction.cleanup.interval.ms',
    type: 'int',
    default: '3600000',
    min: 1,
    isReadOnly: true,
    doc: 'How often transactional ids that nobody uses are forgotten.',
  },
  {
    name: 'transactional.id.expiration.ms',
    type: 'int',
    default: '604800000',
    min: 1,
    isReadOnly: true,
    doc: 'How long a transactional id is kept that nobody uses.',
  },
]

/** Synonyms whose default differs from the topic's: Kafka leaves them unset. */
const unset = new Set(['log.retention.ms', 'log.roll.ms', 'log.roll.jitter.ms', 'log.flush.interval.ms'])

function synonymDefinition({ synonym, ...definition }: ConfigDefinition): readonly ConfigDefinition[] {
  if (synonym === undefined) return []
  return [{ ...definition, name: synonym, default: unset.has(synonym) ? null : definition.default }]
}

export const brokerConfigs: ReadonlyMap<string, ConfigDefinition> = new Map(
  [...own, ...groupBrokerConfigs, ...[...topicConfigs.values()].flatMap(synonymDefinition)]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((definition) => [definition.name, definition]),
)

/** The default of a broker config, or of the topic config that falls back to it. */
function defaultOf(name: string): string | null | undefined {
  const topics = [...topicConfigs.values()].find(({ synonym }) => synonym === name)
  return topics?.default ?? brokerConfigs.get(name)?.default
}

export class BrokerConfig {
  readonly #static: ReadonlyMap<string, string>
  readonly #dynamic = new Map<string, string>()
  /** What holds by now, of those that were asked for: requests ask for the same few again and again. */
  readonly #holding = new Map<string, string | null>()
  readonly #watchers: (() => void)[] = []

  /** `statics`: what settings.yaml says, under Kafka's names. What is Kafka's default is not said to be set. */
  constructor(statics: Readonly<Record<string, string>>) {
    this.#static = new Map(Object.entries(statics).filter(([name, value]) => value !== defaultOf(name)))
  }

  get(name: string): string | null {
    const known = this.#holding.get(name)
    if (known !== undefined) return known
    const value = this.effective(name)?.value ?? null
    this.#holding.set(name, value)
    return value
  }

  number(name: string): number {
    return Number(this.get(name))
  }

  boolean(name: string): boolean {
    return this.get(name) === 'true'
  }

  /** The value that holds, with its source; undefined for a name that Kafka's brokers do not know. */
  effective(name: string): ConfigValue | undefined {
    return this.synonyms(name)[0] ?? (brokerConfigs.has(name) ? { name, value: null, source: 'default' } : undefined)
  }

  /** All values there are for a config, strongest first. */
  synonyms(name: string): readonly ConfigValue[] {
    const layers: readonly ConfigValue[] = [
      { name, value: this.#dynamic.get(name) ?? null, source: 'dynamicDefaultBroker' },
      { name, value: this.#static.get(name) ?? null, source: 'staticBroker' },
      { name, value: brokerConfigs.get(name)?.default ?? null, source: 'default' },
    ]
    return layers.filter(({ value }) => value !== null)
  }

  /** What clients have set, without what only settings.yaml says. */
  get dynamic(): ReadonlyMap<string, string> {
    return this.#dynamic
  }

  /**
   * Why a client may not set this, or null. Names that brokers do not know are taken: an authorizer, say, may have its
   * own.
   */
  refusal(name: string, value: string): KafkaError | null {
    const definition = brokerConfigs.get(name)
    if (definition === undefined) return null
    if (definition.isReadOnly) {
      return INVALID_REQUEST.because(`Cannot update the read-only config ${name}: set it in settings.yaml and restart`)
    }
    const refusal = refusalOf(definition, value)
    return refusal?.message ? INVALID_REQUEST.because(refusal.message) : null
  }

  /** None of them may be one that is refused. */
  replace(values: ReadonlyMap<string, string>): void {
    this.#dynamic.clear()
    for (const [name, value] of values) {
      const definition = brokerConfigs.get(name)
      this.#dynamic.set(name, definition === undefined ? value : canonical(definition, value))
    }
    this.#holding.clear()
    for (const watch of this.#watchers) watch()
  }

  onChange(watch: () => void): void {
    this.#watchers.push(watch)
  }
}
