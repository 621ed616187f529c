/**
 * What has configs, topics and brokers, seen alike: which configs there are, what holds, what may be set.
 * DescribeConfigs, AlterConfigs and IncrementalAlterConfigs differ only in what they do with it.
 */
import { groupBy } from '../base/group-by.ts'
import { INVALID_REQUEST, INVALID_TOPIC_EXCEPTION, KafkaError, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { brokerConfigs } from '../configs/broker-config.ts'
import type { ConfigDefinition, ConfigValue } from '../configs/config-values.ts'
import { groupConfigs } from '../configs/group-configs.ts'
import { topicConfigRefusal, topicConfigsRefusal } from '../configs/topic-config.ts'
import { topicConfigs } from '../configs/topic-configs.ts'
import { topicNameProblem } from '../topics/topics.ts'
import { accessRefusal, clusterRefusal, inWords } from './authorization.ts'
import type { Context, Node } from './handler.ts'
import { endpointOf } from './nodes.ts'

/** Kafka's codes of resource types. */
const resourceTypes = { topic: 2, broker: 4, group: 32 } as const

export interface ResourceName {
  readonly resourceType: number
  readonly resourceName: string
}

export interface ConfigResource {
  readonly definitions: ReadonlyMap<string, ConfigDefinition>
  /** Those of them that are shown. */
  readonly shown: ReadonlyMap<string, ConfigDefinition>
  /** All values there are for a config, strongest first. */
  synonyms(name: string): readonly ConfigValue[]
  /** What was set by clients. */
  readonly set: ReadonlyMap<string, string>
  /** Why a value may not be set, or null. */
  refusal(name: string, value: string): KafkaError | null
  /** Why values that may be set each by itself may not be set together, or null. */
  conflict(values: ReadonlyMap<string, string>): KafkaError | null
  replace(values: ReadonlyMap<string, string>): void
}

export function resourceOf({ resourceType, resourceName }: ResourceName, context: Context) {
  if (resourceType === resourceTypes.topic) return topicResource(resourceName, context)
  if (resourceType === resourceTypes.broker) return brokerResource(resourceName, context)
  if (resourceType === resourceTypes.group) return groupResource(resourceName, context)
  return INVALID_REQUEST.because(`Unsupported resource type ${resourceType}`)
}

/** Has each resource altered by itself; those named twice are refused. `values` tells what is to hold afterwards. */
export function alterEach<Asked extends ResourceName>(
  resources: readonly Asked[],
  isTrial: boolean,
  context: Context,
  values: (asked: Asked, resource: ConfigResource) => ReadonlyMap<string, string> | KafkaError,
) {
  const namesakes = groupBy(resources, keyOf)
  return resources.map((asked) => {
    const refusal =
      namesakes.get(keyOf(asked))!.length > 1
        ? INVALID_REQUEST.because('The request names the resource twice.')
        : alter(allowedOf(asked, context), (resource) => values(asked, resource), isTrial)
    const { resourceType, resourceName } = asked
    return { errorCode: refusal?.code ?? 0, errorMessage: refusal?.message ?? null, resourceType, resourceName }
  })
}

function keyOf({ resourceType, resourceName }: ResourceName): string {
  return `${resourceType} ${resourceName}`
}

function alter(
  resource: ConfigResource | KafkaError,
  valuesFor: (resource: ConfigResource) => ReadonlyMap<string, string> | KafkaError,
  isTrial: boolean,
): KafkaError | null {
  if (resource instanceof KafkaError) return resource
  const values = valuesFor(resource)
  if (values instanceof KafkaError) return values
  const conflict = resource.conflict(values)
  if (conflict === null && !isTrial) resource.replace(values)
  return conflict
}

function allowedOf(asked: ResourceName, context: Context): ConfigResource | KafkaError {
  return configAccessRefusal('ALTER_CONFIGS', asked, context) ?? alterableOf(asked, context)
}

/** Configs of topics and groups are theirs; whatever else has any is the cluster's. */
export function configAccessRefusal(
  operation: 'DESCRIBE_CONFIGS' | 'ALTER_CONFIGS',
  { resourceType, resourceName }: ResourceName,
  context: Context,
): KafkaError | null {
  if (resourceType === resourceTypes.topic) return inWords(accessRefusal(operation, 'TOPIC', resourceName, context))
  if (resourceType === resourceTypes.group) return inWords(accessRefusal(operation, 'GROUP', resourceName, context))
  return inWords(clusterRefusal(operation, context))
}

function alterableOf(asked: ResourceName, context: Context): ConfigResource | KafkaError {
  const isNameless = asked.resourceType === resourceTypes.topic && asked.resourceName === ''
  return isNameless ? INVALID_REQUEST.because('There are no defaults of topics to alter.') : resourceOf(asked, context)
}

function topicResource(name: string, { cluster }: Context): ConfigResource | KafkaError {
  const problem = topicNameProblem(name)
  if (problem !== null) return INVALID_TOPIC_EXCEPTION.because(`Topic name is invalid: ${problem}`)
  const topic = cluster.topics.get(name)
  if (topic === undefined) return UNKNOWN_TOPIC_OR_PARTITION.because(`The topic '${name}' does not exist.`)
  const { config } = topic
  return {
    definitions: topicConfigs,
    shown: topicConfigs,
    synonyms: (name) => config.synonyms(name),
    set: config.overrides,
    refusal: topicConfigRefusal,
    conflict: topicConfigsRefusal,
    replace: (values) => config.replace(values),
  }
}

/**
 * The empty name stands for all brokers; of them only what clients have set is shown, the rest is each broker's own.
 */
function brokerResource(name: string, context: Context): ConfigResource | KafkaError {
  const { config, nodes } = context.cluster
  const node = name === '' ? undefined : nodes.find(({ id }) => id === Number(name))
  if (name !== '' && node === undefined) {
    return INVALID_REQUEST.because(`There is no broker '${name}': brokers are ${nodes.map(({ id }) => id).join(', ')}`)
  }
  const own = ofOneBroker(node, context)
  return {
    definitions: brokerConfigs,
    shown:
      node === undefined ? new Map([...brokerConfigs].filter(([name]) => config.dynamic.has(name))) : brokerConfigs,
    synonyms: (name) => {
      const value = own.get(name)
      const rest = config.synonyms(name)
      return value === undefined ? rest : [{ name, value, source: 'staticBroker' }, ...rest]
    },
    set: config.dynamic,
    refusal: (name, value) => config.refusal(name, value),
    conflict: () => null,
    replace: (values) => config.replace(values),
  }
}

/** There need be no such group: configs are set for those to come, too. */
function groupResource(id: string, { cluster: { groupConfigs: configs } }: Context): ConfigResource | KafkaError {
  if (id === '') return INVALID_REQUEST.because('Group name must not be empty')
  const set = configs.set(id)
  return {
    definitions: groupConfigs,
    shown: new Map([...groupConfigs].filter(([name, { isInternal }]) => isInternal !== true || set.has(name))),
    synonyms: (name) => configs.synonyms(id, name),
    set,
    refusal: () => null,
    conflict: (values) => configs.refusal(values),
    replace: (values) => configs.replace(id, values),
  }
}

/** What tells one broker from the others. */
function ofOneBroker(node: Node | undefined, { connection }: Context): ReadonlyMap<string, string> {
  if (node === undefined) return new Map()
  const { nodeId, host, port } = endpointOf(node, connection)
  const listener = `PLAINTEXT://${host}:${port}`
  return new Map([
    ['broker.id', `${nodeId}`],
    ['node.id', `${nodeId}`],
    ['listeners', listener],
    ['advertised.listeners', listener],
  ])
}
