/**
 * The configs of client metrics (KIP-714): subscriptions by name, each saying which metrics are wanted, how often, and
 * of which clients. Kafka's names, types, defaults and bounds (Apache Kafka 4.4, `ClientMetricsConfigs`).
 */
import { INVALID_CONFIG, INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import { canonical, type ConfigDefinition, type ConfigValue, listOf, refusalOf } from './config-values.ts'
import { definitionsIn } from './definition-table.ts'

type Values = ReadonlyMap<string, string>

const none: Values = new Map()
const intervalMs = { min: 100, max: 3_600_000 }

/** What a client can be matched by. */
const traits = [
  'client_instance_id',
  'client_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
] as const
export type ClientTraits = Readonly<Record<(typeof traits)[number], string>>

export const clientMetricsConfigs: ReadonlyMap<string, ConfigDefinition> = new Map(
  definitionsIn(`
interval.ms | int | 300000
  How often clients are to push metrics.
match | list
  Which clients are meant, each trait=regular expression; all when empty.
metrics | list
  How the names of the wanted metrics begin; * for all.
`).map((one) => [one.name, one]),
)

/** What one subscription asks of the clients it is meant for. */
export interface MetricsSubscription {
  readonly metrics: readonly string[]
  readonly intervalMs: number
  isFor(client: ClientTraits): boolean
}

export class ClientMetricsConfigs {
  readonly #byName = new Map<string, Values>()
  #subscriptions: readonly MetricsSubscription[] = []
  /** Grows with every change: what was worked out for a client before is then old. */
  version = 0

  get names(): Iterable<string> {
    return this.#byName.keys()
  }

  set(name: string): Values {
    return this.#byName.get(name) ?? none
  }

  get subscriptions(): readonly MetricsSubscription[] {
    return this.#subscriptions
  }

  /** Only what is set has a value to tell: Kafka shows no default behind it. */
  synonyms(subscription: string, name: string): readonly ConfigValue[] {
    const value = this.set(subscription).get(name)
    return value === undefined ? [] : [{ name, value, source: 'clientMetrics' }]
  }

  /** Why a subscription cannot be so, or null; in the order in which Kafka looks. */
  refusal(subscription: string, values: Values): KafkaError | null {
    if (subscription === '') return INVALID_REQUEST.because('The subscription has no name')
    const unknown = [...values.keys()].find((name) => !clientMetricsConfigs.has(name))
    if (unknown !== undefined) return INVALID_REQUEST.because(`Client metrics have no config '${unknown}'`)
    for (const [name, value] of values) {
      const refusal = refusalOf(clientMetricsConfigs.get(name)!, value) ?? emptyItem(name, value)
      if (refusal !== null) return refusal
    }
    const interval = values.get('interval.ms')
    if (interval !== undefined && (Number(interval) < intervalMs.min || Number(interval) > intervalMs.max)) {
      return INVALID_REQUEST.because(`interval.ms is ${interval}; use ${intervalMs.min} to ${intervalMs.max}`)
    }
    const bad = listOf(values.get('match') ?? '').find((pattern) => patternIn(pattern) === null)
    return bad === undefined
      ? null
      : INVALID_CONFIG.because(`match cannot use '${bad}'; write it as name=regular expression`)
  }

  /** None of them may be one that is refused. Nothing set is no subscription. */
  replace(subscription: string, values: Values): void {
    if (values.size === 0) this.#byName.delete(subscription)
    else {
      const kept = [...values].map(
        ([name, value]) => [name, canonical(clientMetricsConfigs.get(name)!, value)] as const,
      )
      this.#byName.set(subscription, new Map(kept))
    }
    this.#workOut()
  }

  all(): ReadonlyMap<string, Values> {
    return new Map(this.#byName)
  }

  replaceAll(all: ReadonlyMap<string, Values>): void {
    this.#byName.clear()
    for (const [name, values] of all) this.#byName.set(name, values)
    this.#workOut()
  }

  #workOut(): void {
    this.#subscriptions = [...this.#byName.values()].map(subscriptionOf)
    this.version++
  }
}

function subscriptionOf(values: Values): MetricsSubscription {
  const said = (name: string) => values.get(name) ?? clientMetricsConfigs.get(name)!.default!
  // Of two patterns for one trait the later counts.
  const patterns = new Map(listOf(said('match')).map((text) => patternIn(text)!))
  return {
    metrics: listOf(said('metrics')),
    intervalMs: Number(said('interval.ms')),
    isFor: (client) => [...patterns].every(([trait, pattern]) => pattern.test(client[trait])),
  }
}

/** `client_id=app-.*`: which trait, and a pattern for all of it. */
function patternIn(text: string): readonly [keyof ClientTraits, RegExp] | null {
  const [name, source, more] = text.replace(/=+$/, '').split('=')
  const trait = traits.find((one) => one === name?.trim())
  if (trait === undefined || source === undefined || more !== undefined) return null
  try {
    return [trait, new RegExp(`^(?:${source.trim()})$`, 'u')]
  } catch {
    return null
  }
}

function emptyItem(name: string, value: string): KafkaError | null {
  const isList = clientMetricsConfigs.get(name)!.type === 'list'
  if (!isList || !listOf(value).includes('')) return null
  return INVALID_CONFIG.because(`Invalid value ${value} for configuration ${name}: an item is empty`)
}
