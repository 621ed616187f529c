/**
 * All configs of the brokers that Apache Kafka 4.4 has: those of `KafkaConfig`, and the rates of replication. One that
 * stands behind a topic's config is described with that one.
 */
import type { ConfigDefinition } from './config-values.ts'
import { groupBrokerConfigs } from './group-broker-configs.ts'
import { logBrokerConfigs } from './log-broker-configs.ts'
import { securityBrokerConfigs } from './security-broker-configs.ts'
import { serverBrokerConfigs } from './server-broker-configs.ts'
import { topicConfigs } from './topic-configs.ts'

/** Configs for one and the same, the finest first. What the first does not say, the next does. */
const families: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
  ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'],
]
const unitsMs = { hours: 3_600_000n, minutes: 60_000n } as const
/** What Kafka looks at beside bounds. Of no retention at all there is none: it is unlimited, or something. */
const unlimitedOrSome = /^(-1|[1-9]\d*)$/
const patterns: ReadonlyMap<string, RegExp> = new Map([
  ['log.retention.hours', unlimitedOrSome],
  ['log.retention.minutes', unlimitedOrSome],
  ['log.retention.ms', unlimitedOrSome],
  ['max.connections', /^[1-9]\d*$/],
  ['max.connections.per.ip.overrides', /^(\s*[\w%.:-]+:\d{1,9}\s*(,|$))*$/],
])
/** `listener.name.<listener>.` before a config's name has it hold for that listener alone. */
const listenerPrefix = /^listener\.name\.[^.]*\./

function synonymDefinition({ synonym, ...definition }: ConfigDefinition): readonly ConfigDefinition[] {
  if (synonym === undefined) return []
  const isUnset = families.some(([finest]) => finest === synonym)
  return [{ ...definition, name: synonym, default: isUnset ? null : definition.default, update: 'cluster-wide' }]
}

export const brokerConfigs: ReadonlyMap<string, ConfigDefinition> = new Map(
  [
    ...groupBrokerConfigs,
    ...logBrokerConfigs,
    ...securityBrokerConfigs,
    ...serverBrokerConfigs,
    ...[...topicConfigs.values()].flatMap(synonymDefinition),
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((definition) => [definition.name, withPattern(definition)]),
)

function withPattern(definition: ConfigDefinition): ConfigDefinition {
  const pattern = patterns.get(definition.name)
  return pattern === undefined ? definition : { ...definition, pattern }
}

/** What a name stands for, be it for one listener; what Kafka does not know may be an extension's. */
export function brokerConfig(name: string): ConfigDefinition {
  const known = brokerConfigs.get(name) ?? brokerConfigs.get(withoutListener(name))
  return { ...(known ?? { type: 'unknown', default: null, update: 'cluster-wide', doc: '' }), name }
}

export function withoutListener(name: string): string {
  return name.replace(listenerPrefix, '')
}

export function isOfOneListener(name: string): boolean {
  return listenerPrefix.test(name)
}

/** Of a config in a family: its value counts these. */
export function unitMs(name: string): bigint {
  const unit = name.slice(name.lastIndexOf('.') + 1)
  return unit in unitsMs ? unitsMs[unit as keyof typeof unitsMs] : 1n
}

/** Under which names a value is looked for, in this order. */
export function brokerSynonyms(name: string): readonly string[] {
  const isFamily = (family: readonly string[]) =>
    family.includes(name) && (name === family[0] || !name.includes('scheduler'))
  const family = families.find(isFamily)
  if (family !== undefined) return family
  return listenerPrefix.test(name) ? [name, withoutListener(name)] : [name]
}
