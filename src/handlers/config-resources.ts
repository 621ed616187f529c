/**
 * What has configs, seen alike: topics, brokers, groups, client metrics. Which configs there are, what holds, what may
 * be set. DescribeConfigs, AlterConfigs and IncrementalAlterConfigs differ only in what they do with it.
 */
import { brokerConfig, brokerConfigs } from '../configs/broker-configs.ts'
import { allBrokers, tooLong } from '../configs/broker-config.ts'
import { clientMetricsConfigs } from '../configs/client-metrics-config.ts'
import type { ConfigDefinition, ConfigValue } from '../configs/config-values.ts'
import { groupConfigs } from '../configs/group-configs.ts'
import { topicConfigsRefusal } from '../configs/topic-config.ts'
import { topicConfigs } from '../configs/topic-configs.ts'
import { INVALID_REQUEST, INVALID_TOPIC_EXCEPTION, KafkaError, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { topicNameProblem } from '../topics/topics.ts'
import { accessRefusal, clusterRefusal, inWords } from './authorization.ts'
import type { Context, Node } from './handler.ts'
import { endpointOf } from './nodes.ts'

/** Kafka's codes of resource types. */
export const resourceTypes = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const

export interface ResourceName {
  readonly resourceType: number
  readonly resourceName: string
}

type Values = ReadonlyMap<string, string>

export interface ConfigResource {
  /** What can be altered as a list is known from these. */
  readonly definitions: ReadonlyMap<string, ConfigDefinition>
  /** Those that are shown, and what else is set. */
  readonly shown: ReadonlyMap<string, ConfigDefinition>
  /** All values there are for a config, strongest first. */
  synonyms(name: string): readonly ConfigValue[]
  /** What holds where there is none; left out: the default. */
  readonly unset?: (name: string) => string | null
  /** Cannot be altered while the broker runs. */
  isReadOnly(name: string): boolean
  /** What was set by clients. */
  readonly set: Values
  /** Why values may not be set, each by itself or all together, or null. */
  refusal(values: Values): KafkaError | null
  replace(values: Values): void
}

/** What holds, and where it comes from. */
export function standing(
  { unset }: Pick<ConfigResource, 'unset'>,
  { name, default: standard }: ConfigDefinition,
  [strongest]: readonly ConfigValue[],
) {
  return strongest ?? { value: unset?.(name) ?? standard, source: 'default' as const }
}

/** As it is described; what is not there is refused. */
export function resourceOf(asked: ResourceName, context: Context): ConfigResource | KafkaError {
  const { resourceType, resourceName: name } = asked
  switch (resourceType) {
    case resourceTypes.topic:
      return topicNameRefusal(name) ?? topicResource(name, context)
    case resourceTypes.broker:
      return brokerRefusal(name, context) ?? brokerResource(name, context)
    case resourceTypes.group:
      return name === '' ? INVALID_REQUEST.because('The request names no group') : groupResource(name, context)
    case resourceTypes.clientMetrics:
      return name === ''
        ? INVALID_REQUEST.because('The request names no subscription of client metrics')
        : clientMetricsResource(name, context)
    default:
      return INVALID_REQUEST.because(`Unsupported resource type ${resourceType}`)
  }
}

/** As it is altered: of a topic is looked last whether it is there. */
export function alterableOf(asked: ResourceName, context: Context): ConfigResource | KafkaError {
  const { resourceType, resourceName: name } = asked
  switch (resourceType) {
    case resourceTypes.topic:
      return name === ''
        ? INVALID_REQUEST.because('Configs of topics belong to one topic each; name it.')
        : namedTopic(name, context)
    case resourceTypes.clientMetrics:
      return clientMetricsResource(name, context)
    case resourceTypes.group:
      return name === ''
        ? INVALID_REQUEST.because('Configs of groups belong to one group each; name it.')
        : groupResource(name, context)
    case resourceTypes.broker:
      return resourceOf(asked, context)
    default:
      return INVALID_REQUEST.because(`Unknown resource type ${resourceType}`)
  }
}

function namedTopic(name: string, context: Context): ConfigResource | KafkaError {
  const refusal = topicNameRefusal(name)
  if (refusal !== null) return refusal
  const resource = topicResource(name, context)
  if (!(resource instanceof KafkaError)) return resource
  const absent = resource.because(`The topic '${name}' does not exist.`)
  return { ...absentTopic, refusal: (values) => refused(values) ?? absent }
}

/** Nothing is set on a topic that is not there, and nothing can be. */
const absentTopic: ConfigResource = {
  definitions: topicConfigs,
  shown: topicConfigs,
  synonyms: () => [],
  isReadOnly: () => false,
  set: new Map(),
  refusal: () => null,
  replace: () => {},
}

/** Configs of topics and groups are theirs; whatever else has any is the cluster's. */
export function configAccessRefusal(
  operation: 'DESCRIBE_CONFIGS' | 'ALTER_CONFIGS',
  { resourceType, resourceName }: ResourceName,
  context: Context,
): KafkaError | null {
  if (resourceType === resourceTypes.topic) return inWords(accessRefusal(operation, 'TOPIC', resourceName, context))
  if (resourceType === resourceTypes.group) return inWords(accessRefusal(operation, 'GROUP', resourceName, context))
  const refusal = clusterRefusal(operation, context)
  return operation === 'ALTER_CONFIGS' ? refusal : inWords(refusal)
}

function topicNameRefusal(name: string): KafkaError | null {
  const problem = topicNameProblem(name)
  return problem === null ? null : INVALID_TOPIC_EXCEPTION.because(`Topic name is invalid: ${problem}`)
}

function topicResource(name: string, { cluster, connection }: Context): ConfigResource | KafkaError {
  const topic = cluster.topics.get(name)
  if (topic === undefined) return UNKNOWN_TOPIC_OR_PARTITION
  const { config } = topic
  return {
    definitions: topicConfigs,
    shown: topicConfigs,
    synonyms: (name) => config.synonyms(name, connection.nodeId),
    unset: (name) => config.effective(name).value,
    isReadOnly: () => false,
    set: config.overrides,
    refusal: refused,
    replace: (values) => config.replace(values),
  }
}

function refused(values: Values): KafkaError | null {
  return tooLong(values) ?? topicConfigsRefusal(values)
}

/** Each broker answers for itself, and any of them for all, by the empty name. */
function brokerRefusal(name: string, { connection: { nodeId } }: Context): KafkaError | null {
  if (name === '') return null
  if (!/^[+-]?\d+$/.test(name)) return INVALID_REQUEST.because(`The name of a broker is its number, not '${name}'`)
  if (Number(name) === nodeId) return null
  return INVALID_REQUEST.because(`This is broker ${nodeId}, not ${name}; ask that one, or '' for all brokers`)
}

/** Of all brokers only what clients have set is shown, the rest is each broker's own. */
function brokerResource(name: string, context: Context): ConfigResource {
  const { config, nodes } = context.cluster
  const whose = name === '' ? allBrokers : Number(name)
  const own = ofOneBroker(
    nodes.find(({ id }) => id === whose),
    context,
  )
  const set = config.set(whose)
  const listed = [...brokerConfigs.values()].filter((one) => whose !== allBrokers && one.isInternal !== true)
  const others = [...set.keys()].map(brokerConfig)
  return {
    definitions: brokerConfigs,
    shown: new Map([...listed, ...others].map((one) => [one.name, one])),
    synonyms: (name) => {
      if (whose !== allBrokers) return config.synonyms(name, whose, own)
      return config.synonyms(name).filter(({ source }) => source === 'dynamicDefaultBroker')
    },
    isReadOnly: (name) => brokerConfigs.get(name)?.update === undefined,
    set,
    refusal: (values) => config.refusal(values, whose) ?? config.lastRefusal(values, whose),
    replace: (values) => config.replace(values, whose),
  }
}

/** There need be no such group: configs are set for those to come, too. */
function groupResource(id: string, { cluster: { groupConfigs: configs } }: Context): ConfigResource {
  const set = configs.set(id)
  return {
    definitions: groupConfigs,
    shown: new Map([...groupConfigs].filter(([name, { isInternal }]) => isInternal !== true || set.has(name))),
    synonyms: (name) => configs.synonyms(id, name),
    isReadOnly: () => false,
    set,
    refusal: (values) => tooLong(values) ?? configs.refusal(values),
    replace: (values) => configs.replace(id, values),
  }
}

function clientMetricsResource(name: string, { cluster: { clientMetrics } }: Context): ConfigResource {
  return {
    definitions: clientMetricsConfigs,
    shown: clientMetricsConfigs,
    synonyms: (config) => clientMetrics.synonyms(name, config),
    isReadOnly: () => false,
    set: clientMetrics.set(name),
    refusal: (values) => tooLong(values) ?? clientMetrics.refusal(name, values),
    replace: (values) => clientMetrics.replace(name, values),
  }
}

/** What tells one broker from the others. */
function ofOneBroker(node: Node | undefined, { connection }: Context): Values {
  if (node === undefined) return new Map()
  const { id, rack, bound = new Map<string, string>() } = node
  const { localAddress } = connection
  const advertised = [...bound.keys()].map((listener) => {
    const { host, port } = endpointOf(node, { localAddress, listener })
    return `${listener}://${host.includes(':') ? `[${host}]` : host}:${port}`
  })
  return new Map([
    ['broker.id', `${id}`],
    ['node.id', `${id}`],
    ...(rack === null ? [] : [['broker.rack', rack] as const]),
    ['listeners', [...bound].map(([name, address]) => `${name}://${address}`).join(',')],
    ['advertised.listeners', advertised.join(',')],
  ])
}
