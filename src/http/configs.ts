/** Configs of topics and brokers over HTTP: all of them with their sources, and what is set or given up. */
import describeConfigs from '../handlers/describe-configs.ts'
import type { Cluster } from '../handlers/handler.ts'
import incrementalAlterConfigs from '../handlers/incremental-alter-configs.ts'
import { describeConfigs as describeApi } from '../protocol/messages/describe-configs.ts'
import { incrementalAlterConfigs as alterApi } from '../protocol/messages/incremental-alter-configs.ts'
import { configSources, configTypes } from '../configs/config-values.ts'
import { ask, throwIfRefused } from './broker-calls.ts'
import { byName, described, fields, flag, list, named, nullable, object, optional, type Out, text } from './schema.ts'

/** Kafka's codes. */
const resourceTypes = { topic: 2, broker: 4 } as const
const operations = { set: 0, delete: 1 } as const
const configsMax = 1000

export interface ConfigOwner {
  readonly type: keyof typeof resourceTypes
  readonly name: string
  /** As the client names this machine. */
  readonly by?: string
}

export const shownConfig = named(
  'Config',
  object({
    name: text(),
    value: nullable(text()),
    source: described(text(), `Where the value comes from: ${Object.keys(configSources).join(', ')}.`),
    type: text(),
    is_default: flag(),
    is_read_only: flag(),
    is_sensitive: flag(),
    documentation: nullable(text()),
  }),
)

export const configChanges = fields(
  {
    set: optional(byName(text('use text, as Kafka has all its configs'), 'use { "name": "value" }')),
    delete: optional(list(text(), 'use a list of names', { max: configsMax })),
  },
  'use { "set": { "name": "value" }, "delete": ["name"] }',
)

export async function showConfigs(cluster: Cluster, owner: ConfigOwner) {
  const resources = [{ ...resourceOf(owner), configurationKeys: null }]
  const { results } = await ask(
    cluster,
    describeConfigs,
    describeApi,
    { resources, includeDocumentation: true },
    askedOf(owner),
  )
  const { errorCode, errorMessage, configs } = results[0]!
  throwIfRefused(errorCode, errorMessage)
  return configs.map((config) => ({
    name: config.name,
    value: config.value,
    source: nameOf(configSources, config.configSource),
    type: nameOf(configTypes, config.configType),
    is_default: config.configSource === configSources.default,
    is_read_only: config.readOnly,
    is_sensitive: config.isSensitive,
    documentation: config.documentation,
  }))
}

/** All or none. */
export async function changeConfigs(
  cluster: Cluster,
  owner: ConfigOwner,
  changes: Out<typeof configChanges>,
): Promise<void> {
  const set = Object.entries(changes.set ?? {}).map(([name, value]) => ({
    name,
    configOperation: operations.set,
    value,
  }))
  const given = (changes.delete ?? []).map((name) => ({ name, configOperation: operations.delete, value: null }))
  const resources = [{ ...resourceOf(owner), configs: [...set, ...given] }]
  const { responses } = await ask(cluster, incrementalAlterConfigs, alterApi, { resources }, askedOf(owner))
  throwIfRefused(responses[0]!.errorCode, responses[0]!.errorMessage)
}

function resourceOf({ type, name }: ConfigOwner) {
  return { resourceType: resourceTypes[type], resourceName: name }
}

/** A broker tells of its own configs only. */
function askedOf({ type, name, by }: ConfigOwner) {
  return { ...(by === undefined ? {} : { by }), ...(type === 'broker' ? { nodeId: Number(name) } : {}) }
}

function nameOf(codes: Readonly<Record<string, number>>, code: number): string {
  return Object.keys(codes).find((name) => codes[name] === code) ?? 'unknown'
}
