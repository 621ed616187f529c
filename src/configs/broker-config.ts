/**
 * The values that the brokers' configs have: what clients set for one broker or for all (dynamic), what settings.yaml
 * says (static), and Kafka's defaults, in this order.
 *
 * All brokers share one state, so where that depends on a config, what clients set for one broker holds for all: if
 * they set it for several, that of the lowest id.
 */
import { INVALID_CONFIG, INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import {
  brokerConfig,
  brokerConfigs,
  brokerSynonyms,
  isOfOneListener,
  unitMs,
  withoutListener,
} from './broker-configs.ts'
import { canonical, type ConfigSource, type ConfigValue, refusalOf } from './config-values.ts'
import { topicConfigs } from './topic-configs.ts'

type Values = ReadonlyMap<string, string>

const none: Values = new Map()
/** For all brokers, where otherwise the id of one stands. */
export const allBrokers = null
type Whose = number | typeof allBrokers

const minIsr = 'min.insync.replicas'
/** As long as a string of Kafka's records may be. */
const valueLengthMax = 32_767
/** A listener may be given another of these while it runs, all listeners at once may not. */
const perListener = /^ssl\.(key\.password|(keystore|truststore)\..*)$/
const clusterWideOfListener = ['max.connections', 'max.connection.creation.rate', 'num.network.threads']

/** The default of a broker config, or of the topic config that falls back to it. */
function defaultOf(name: string): string | null | undefined {
  const topics = [...topicConfigs.values()].find(({ synonym }) => synonym === name)
  return topics?.default ?? brokerConfigs.get(name)?.default
}

export class BrokerConfig {
  readonly #static: Values
  readonly #fixed: ReadonlySet<string>
  /** What clients have set, by broker. */
  readonly #dynamic = new Map<Whose, Values>()
  /** What holds by now, of those that were asked for: requests ask for the same few again and again. */
  readonly #holding = new Map<string, string | null>()
  readonly #watchers: (() => void)[] = []

  /**
   * `statics`: what settings.yaml says, under Kafka's names. What is Kafka's default is not said to be set. `fixed`:
   * what Kafka's clients may alter, and here nobody but settings.
   */
  constructor(statics: Readonly<Record<string, string>>, fixed: readonly string[] = []) {
    this.#fixed = new Set(fixed)
    this.#static = new Map(Object.entries(statics).filter(([name, value]) => value !== defaultOf(name)))
    // As Kafka does where replicas that fell out of sync may be elected (KIP-966): it must be the same everywhere.
    this.#dynamic.set(allBrokers, new Map([[minIsr, this.#static.get(minIsr) ?? '1']]))
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

  /**
   * All values there are for a config, strongest first: as one broker has them, or as they hold in what all share.
   * `statics` is what only that broker's settings say.
   */
  synonyms(name: string, nodeId?: number, statics: Values = none): readonly ConfigValue[] {
    const names = brokerSynonyms(name)
    const layer = (source: ConfigSource, value: (name: string) => string | null | undefined): ConfigValue[] =>
      names.flatMap((name) => {
        const found = value(name) ?? null
        return found === null ? [] : [{ name, value: found, source }]
      })
    const all = [
      ...layer('dynamicBroker', (name) => (nodeId === undefined ? this.#ofLowest(name) : this.set(nodeId).get(name))),
      ...layer('dynamicDefaultBroker', (name) => this.set(allBrokers).get(name)),
      ...layer('staticBroker', (name) => statics.get(name) ?? this.#static.get(name)),
      ...layer('default', (name) => brokerConfigs.get(name)?.default),
    ]
    const first = all.findIndex((one) => one.name === name)
    return first < 0 ? [] : all.slice(first)
  }

  /** What a config comes to for which nothing is set, by those of its family: 1 of `log.retention.hours`, in ms. */
  byFamily(name: string): string | null {
    for (const other of brokerSynonyms(name).slice(1)) {
      const value = this.effective(other)?.value ?? null
      if (value !== null) return value.startsWith('-') ? '-1' : `${BigInt(value) * unitMs(other)}`
    }
    return null
  }

  /** What clients have set for a broker, or for all. */
  set(whose: Whose): Values {
    return this.#dynamic.get(whose) ?? none
  }

  /** Those for which clients have set something. */
  get brokers(): readonly number[] {
    return [...this.#dynamic.keys()].filter((whose) => whose !== allBrokers)
  }

  /** Why clients may not set these, each by itself or all together, or null; in the order in which Kafka looks. */
  refusal(values: Values, whose: Whose): KafkaError | null {
    const names = [...values.keys()]
    const because = (wrong: readonly string[], what: string) =>
      wrong.length === 0 ? null : INVALID_REQUEST.because(`${wrong.join(', ')} ${what}`)
    return (
      because(
        names.filter((name) => brokerConfig(name).update === undefined || this.#fixed.has(name)),
        'cannot be altered while the broker runs: set it in settings.yaml and restart',
      ) ??
      because(
        names.filter((name) => perListener.test(name)),
        'can be altered only for a listener: name it listener.name.<listener>.<config>',
      ) ??
      badValue(values) ??
      (whose === allBrokers
        ? because(names.filter(isOfOne), 'can be altered only of a broker: name it by its id')
        : null)
    )
  }

  /** What Kafka's controller looks at last. */
  lastRefusal(values: Values, whose: Whose): KafkaError | null {
    if (whose !== allBrokers && values.has(minIsr)) {
      return INVALID_CONFIG.because(`${minIsr} can be altered only for all brokers`)
    }
    if (whose === allBrokers && !values.has(minIsr)) return INVALID_CONFIG.because(`${minIsr} cannot be removed`)
    return tooLong(values)
  }

  /** None of them may be one that is refused. */
  replace(values: Values, whose: Whose = allBrokers): void {
    const kept = [...values].map(([name, value]) => [name, canonical(brokerConfig(name), value)] as const)
    if (kept.length > 0) this.#dynamic.set(whose, new Map(kept))
    else this.#dynamic.delete(whose)
    this.#tell()
  }

  /** By broker. */
  all(): ReadonlyMap<Whose, Values> {
    return new Map(this.#dynamic)
  }

  replaceAll(all: ReadonlyMap<Whose, Values>): void {
    this.#dynamic.clear()
    for (const [whose, values] of all) this.#dynamic.set(whose, values)
    this.#tell()
  }

  onChange(watch: () => void): void {
    this.#watchers.push(watch)
  }

  #ofLowest(name: string): string | undefined {
    const setting = this.brokers.filter((nodeId) => this.set(nodeId).has(name))
    return setting.length === 0 ? undefined : this.set(Math.min(...setting)).get(name)
  }

  #tell(): void {
    this.#holding.clear()
    for (const watch of this.#watchers) watch()
  }
}

/** Why a value is too long to be kept, whatever it is for. */
export function tooLong(values: Values): KafkaError | null {
  const name = [...values].find(([, value]) => value.length > valueLengthMax)?.[0]
  return name === undefined
    ? null
    : INVALID_CONFIG.because(`The value of ${name} is longer than ${valueLengthMax} characters`)
}

function badValue(values: Values): KafkaError | null {
  for (const [name, value] of values) {
    const refusal = refusalOf(brokerConfig(name), value)
    if (refusal !== null) return INVALID_REQUEST.because(refusal.message ?? `${name} cannot be ${value}`)
  }
  return null
}

function isOfOne(name: string): boolean {
  if (isOfOneListener(name)) return !clusterWideOfListener.includes(withoutListener(name))
  return brokerConfig(name).update === 'per-broker'
}
