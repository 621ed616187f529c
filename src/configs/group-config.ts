/**
 * The configs of groups: what clients set for a group by its id, whether there is such a group or not, and behind that
 * the configs of the brokers. What binds is kept within the bounds that the brokers set by now, as in Kafka.
 */
import { INVALID_CONFIG, type KafkaError } from '../protocol/errors.ts'
import type { BrokerConfig } from './broker-config.ts'
import { brokerConfigs } from './broker-configs.ts'
import { canonical, type ConfigValue, listOf, refusalOf } from './config-values.ts'
import { groupConfigs } from './group-configs.ts'

type Values = ReadonlyMap<string, string>

const none: Values = new Map()
const kinds = ['consumer', 'share', 'streams'] as const
const tags = 'streams.rack.aware.assignment.tags'
const deadLetters = 'errors.deadletterqueue.topic.name'
const assignor = 'streams.assignor.name'

export class GroupConfigs {
  /** Whose configs stand behind them. */
  readonly broker: BrokerConfig
  readonly #byGroup = new Map<string, Values>()

  constructor(broker: BrokerConfig) {
    this.broker = broker
  }

  /** The ids of the groups for which something is set. */
  get groupIds(): Iterable<string> {
    return this.#byGroup.keys()
  }

  /** What was set for a group. */
  set(groupId: string): Values {
    return this.#byGroup.get(groupId) ?? none
  }

  /** What binds a group, by one of Kafka's names, as `consumer.session.timeout.ms`. */
  get(groupId: string, name: string): string {
    const own = this.#byGroup.get(groupId)?.get(name)
    if (own === undefined) return this.#standard(name)
    const [min, max] = this.#bounds(name)
    const [least, most] = [
      Number(min?.value ?? Number.NEGATIVE_INFINITY),
      Number(max?.value ?? Number.POSITIVE_INFINITY),
    ]
    return min === null && max === null ? own : `${Math.min(Math.max(Number(own), least), most)}`
  }

  number(groupId: string, name: string): number {
    return Number(this.get(groupId, name))
  }

  boolean(groupId: string, name: string): boolean {
    return this.get(groupId, name) === 'true'
  }

  /** All values there are for a config, strongest first. */
  synonyms(groupId: string, name: string): readonly ConfigValue[] {
    const own = this.#byGroup.get(groupId)?.get(name)
    const definition = groupConfigs.get(name)
    const behind: readonly ConfigValue[] =
      definition?.synonym === undefined
        ? [{ name, value: definition?.default ?? null, source: 'default' }]
        : this.broker.synonyms(definition.synonym)
    return own === undefined ? behind : [{ name, value: own, source: 'group' }, ...behind]
  }

  /** None of them may be one that is refused. Nothing set is as good as never set. */
  replace(groupId: string, values: Values): void {
    if (values.size === 0) this.#byGroup.delete(groupId)
    else {
      const kept = [...values].map(([name, value]) => [name, canonical(groupConfigs.get(name)!, value)] as const)
      this.#byGroup.set(groupId, new Map(kept))
    }
  }

  /** By group. */
  all(): ReadonlyMap<string, Values> {
    return new Map(this.#byGroup)
  }

  replaceAll(all: ReadonlyMap<string, Values>): void {
    this.#byGroup.clear()
    for (const [groupId, values] of all) this.#byGroup.set(groupId, values)
  }

  /** Why a group cannot have these configs, in the order in which Kafka looks, or null. */
  refusal(values: Values): KafkaError | null {
    const unknown = [...values.keys()].find((name) => !groupConfigs.has(name))
    if (unknown !== undefined) return INVALID_CONFIG.because(`Groups have no config '${unknown}'`)
    if (new Set(listOf(values.get(tags) ?? '')).size < listOf(values.get(tags) ?? '').length) {
      return INVALID_CONFIG.because(`${tags} names a tag twice`)
    }
    for (const [name, value] of values) {
      const refusal = refusalOf(groupConfigs.get(name)!, value)
      if (refusal !== null) return refusal
    }
    for (const [name, value] of values) {
      const refusal = this.#boundsRefusal(name, Number(value))
      if (refusal !== null) return refusal
    }
    return this.#conflict(values)
  }

  #standard(name: string): string {
    const { synonym, default: standard } = groupConfigs.get(name)!
    if (synonym === undefined) return standard ?? ''
    const value = this.broker.get(synonym) ?? ''
    return name === assignor ? (listOf(value)[0] ?? '') : value
  }

  /** The brokers' bounds of a group's config: `group.share.max.session.timeout.ms` of `share.session.timeout.ms`. */
  #bounds(name: string): readonly [ConfigValue | null, ConfigValue | null] {
    const dot = name.indexOf('.')
    const kind = name.slice(0, dot)
    const rest = name.slice(dot + 1).replace(/^num\./, '')
    const bound = (which: 'min' | 'max') => {
      const config = `group.${kind}.${which}.${rest}`
      return brokerConfigs.has(config) ? (this.broker.effective(config) ?? null) : null
    }
    return [bound('min'), bound('max')]
  }

  #boundsRefusal(name: string, value: number): KafkaError | null {
    const [min, max] = this.#bounds(name)
    const because = (bound: ConfigValue, how: string) =>
      INVALID_CONFIG.because(`${name} must be ${how} ${bound.name}, ${bound.value}, not ${value}`)
    if (min !== null && value < Number(min.value)) return because(min, 'at least')
    return max !== null && value > Number(max.value) ? because(max, 'at most') : null
  }

  #conflict(values: Values): KafkaError | null {
    const asked = values.get(assignor)?.trim()
    const known = listOf(this.broker.get('group.streams.assignors') ?? '')
    if (asked !== undefined && !known.includes(asked)) {
      return INVALID_CONFIG.because(`${assignor} is '${asked}', which is none of ${known.join(', ')}`)
    }
    for (const kind of kinds) {
      const [session, heartbeat] = [`${kind}.session.timeout.ms`, `${kind}.heartbeat.interval.ms`]
      if (!values.has(session) && !values.has(heartbeat)) continue
      const [sessionMs, heartbeatMs] = [session, heartbeat].map((name) =>
        Number(values.get(name) ?? this.#standard(name)),
      )
      if (sessionMs! <= heartbeatMs!) return INVALID_CONFIG.because(`${session} must be greater than ${heartbeat}`)
    }
    if (!values.get(deadLetters)?.trim().startsWith('__')) return null
    return INVALID_CONFIG.because(`${deadLetters} names an internal topic; choose one without '__' at its start`)
  }
}
