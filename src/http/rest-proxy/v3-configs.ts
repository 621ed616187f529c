/**
 * Configs of v3: of topics, of single brokers, and of all of them (`broker-configs`). One kind of thing under three
 * names: what differs stands in `Owner`.
 */
import type { Context } from 'hono'
import { type ConfigResource, resourceOf, standing } from '../../handlers/config-resources.ts'
import type { Cluster } from '../../handlers/handler.ts'
import incrementalAlterConfigsHandler from '../../handlers/incremental-alter-configs.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { incrementalAlterConfigs } from '../../protocol/messages/incremental-alter-configs.ts'
import { type ConfigDefinition, type ConfigSource, isSensitive } from '../../configs/config-values.ts'
import { TopicConfig } from '../../configs/topic-config.ts'
import { topicConfigs } from '../../configs/topic-configs.ts'
import type { BodyLimits } from '../body.ts'
import type { Route } from './route.ts'
import { ask, contextOf, throwIfRefused } from './asking.ts'
import { badRequest, fromKafka, notFound, ProxyError, unknownTopicError } from './errors.ts'
import { booleanOf, type Fields, fieldsOf, listOf, requireBody, requireText, textOf } from './fields.ts'
import { entity, list, type Name } from './links.ts'
import { isPublic } from './v2-topics.ts'
import { brokerNamed } from './v3-clusters.ts'
import { belowCluster, type ClusterRoute, noContent, topicNamed } from './v3-route.ts'

/** Whose configs they are. */
interface Owner {
  readonly kind: 'KafkaTopicConfig' | 'KafkaBrokerConfig' | 'KafkaClusterConfig'
  /** As Kafka's APIs name it. */
  readonly resourceType: number
  readonly resourceName: string
  /** What comes before the name of a config, in addresses and in names. */
  readonly path: readonly (string | number)[]
  readonly names: readonly Name[]
  readonly fields: object
}

const resourceTypes = { topic: 2, broker: 4 } as const
const operations: Readonly<Record<string, number>> = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 }

const sources: Readonly<Record<ConfigSource, string>> = {
  topic: 'DYNAMIC_TOPIC_CONFIG',
  dynamicBroker: 'DYNAMIC_BROKER_CONFIG',
  dynamicDefaultBroker: 'DYNAMIC_DEFAULT_BROKER_CONFIG',
  staticBroker: 'STATIC_BROKER_CONFIG',
  default: 'DEFAULT_CONFIG',
  brokerLogger: 'DYNAMIC_BROKER_LOGGER_CONFIG',
  clientMetrics: 'DYNAMIC_CLIENT_METRICS_CONFIG',
  group: 'DYNAMIC_GROUP_CONFIG',
}

export function v3ConfigRoutes(cluster: Cluster, { httpBodyBytesMax }: BodyLimits): readonly Route[] {
  const { id, topics, nodes } = cluster
  const topicOf = (c: Context) => topicOwner(topicNamed(cluster, c).name)
  const brokerOf = (c: Context) => brokerOwner(brokerNamed(cluster, c).id)
  const all = (c: Context, kind: string, path: readonly string[], owners: readonly Owner[]) => {
    return list(
      c,
      `${kind}List`,
      [id, ...path],
      owners.flatMap((owner) => showAll(c, cluster, owner)),
    )
  }
  return belowCluster(cluster, [
    [
      'GET',
      '/topics/-/configs',
      (c) => {
        const owners = [...topics.all()].filter(isPublic).map(({ name }) => topicOwner(name))
        return all(c, 'KafkaTopicConfig', ['topics', '-', 'configs'], owners)
      },
    ],
    ['POST', '/topics/-/configs:alter', (c) => alterTopics(c, cluster, httpBodyBytesMax)],
    [
      'GET',
      '/brokers/-/configs',
      (c) =>
        all(
          c,
          'KafkaBrokerConfig',
          ['brokers', '-', 'configs'],
          nodes.map((node) => brokerOwner(node.id)),
        ),
    ],
    ['GET', '/topics/:topic/default-configs', (c) => showDefaults(c, cluster)],
    ...routesOf('/topics/:topic/configs', topicOf, cluster, httpBodyBytesMax),
    ...routesOf('/brokers/:broker/configs', brokerOf, cluster, httpBodyBytesMax),
    ...routesOf('/broker-configs', () => clusterOwner, cluster, httpBodyBytesMax),
  ])
}

function topicOwner(name: string): Owner {
  return {
    kind: 'KafkaTopicConfig',
    resourceType: resourceTypes.topic,
    resourceName: name,
    path: ['topics', name, 'configs'],
    names: [['topic', name]],
    fields: { topic_name: name },
  }
}

function brokerOwner(broker: number): Owner {
  return {
    kind: 'KafkaBrokerConfig',
    resourceType: resourceTypes.broker,
    resourceName: `${broker}`,
    path: ['brokers', broker, 'configs'],
    names: [['broker', broker]],
    fields: { broker_id: broker },
  }
}

/** The empty name stands for all brokers. */
const clusterOwner: Owner = {
  kind: 'KafkaClusterConfig',
  resourceType: resourceTypes.broker,
  resourceName: '',
  path: ['broker-configs'],
  names: [],
  fields: { config_type: 'BROKER' },
}

function routesOf(
  path: string,
  ownerOf: (c: Context) => Owner,
  cluster: Cluster,
  bodyBytesMax: number,
): readonly ClusterRoute[] {
  const set = async (c: Context) => {
    const { value } = await requireBody(c, bodyBytesMax, ['value'])
    const change = { name: c.req.param('name')!, configOperation: operations.SET!, value: textOf(value, 'value') }
    return alter(cluster, ownerOf(c), [change], false)
  }
  const reset = (c: Context) => {
    const change = { name: c.req.param('name')!, configOperation: operations.DELETE!, value: null }
    return alter(cluster, ownerOf(c), [change], false)
  }
  const alterSome = async (c: Context) => {
    const fields = await requireBody(c, bodyBytesMax, ['data', 'validate_only'])
    const validateOnly = booleanOf(fields.validate_only, 'validate_only') ?? false
    return alter(cluster, ownerOf(c), changesOf(fields, []), validateOnly)
  }
  return [
    ['POST', `${path}:alter`, alterSome],
    [
      'GET',
      path,
      (c) => {
        const owner = ownerOf(c)
        return list(c, `${owner.kind}List`, [cluster.id, ...owner.path], showAll(c, cluster, owner))
      },
    ],
    ['GET', `${path}/:name`, (c) => showOne(c, cluster, ownerOf(c))],
    ['PUT', `${path}/:name`, set],
    ['DELETE', `${path}/:name`, reset],
  ]
}

interface Change {
  readonly name: string
  readonly configOperation: number
  readonly value: string | null
}

/** `more` are fields of each beside those of a change. */
function changesOf({ data }: Fields, more: readonly string[]): Change[] {
  return listOf(data, 'data').map((one, at) => {
    const path = `data[${at}]`
    const fields = fieldsOf(one, path, ['name', 'value', 'operation', ...more])
    const operation = textOf(fields.operation, `${path}.operation`) ?? 'SET'
    const configOperation = operations[operation.toUpperCase()]
    if (configOperation === undefined) {
      throw badRequest(`${path}.operation is ${operation}; use ${Object.keys(operations).join(', ')}`)
    }
    return {
      name: requireText(fields.name, `${path}.name`),
      configOperation,
      value: textOf(fields.value, `${path}.value`),
    }
  })
}

async function alter(
  cluster: Cluster,
  owner: Owner,
  configs: readonly Change[],
  validateOnly: boolean,
): Promise<Response> {
  const { definitions } = resourceFor(cluster, owner)
  const unknown = configs.find(({ name }) => !definitions.has(name))
  if (unknown !== undefined && owner.resourceName !== '') throw noSuchConfig(cluster, owner, unknown.name)
  const { resourceType, resourceName } = owner
  const request = { resources: [{ resourceType, resourceName, configs: [...configs] }], validateOnly }
  const answer = await ask(cluster, incrementalAlterConfigs, incrementalAlterConfigsHandler, request, nodeOf(owner))
  throwIfRefused(answer.responses[0]!)
  return noContent()
}

/** Of several topics at once; each by itself. */
async function alterTopics(c: Context, cluster: Cluster, bodyBytesMax: number): Promise<Response> {
  const fields = await requireBody(c, bodyBytesMax, ['data', 'validate_only'])
  const validateOnly = booleanOf(fields.validate_only, 'validate_only') ?? false
  const changes = changesOf(fields, ['topic_name'])
  const names = listOf(fields.data, 'data').map((one, at) =>
    requireText((one as Fields).topic_name, `data[${at}].topic_name`),
  )
  const failures: object[] = []
  for (const name of new Set(names)) {
    const theirs = changes.filter((_, at) => names[at] === name)
    try {
      await alter(cluster, topicOwner(name), theirs, validateOnly)
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error
      failures.push({ topic_name: name, ...error.body })
    }
  }
  return failures.length === 0 ? noContent() : c.json({ failures }, 207)
}

/** A broker tells of its own configs only. */
function nodeOf({ resourceType, resourceName }: Owner): number | undefined {
  return resourceType === resourceTypes.broker && resourceName !== '' ? Number(resourceName) : undefined
}

function resourceFor(cluster: Cluster, owner: Owner): ConfigResource {
  const context = contextOf(cluster, incrementalAlterConfigs.versions[1], nodeOf(owner))
  const resource = resourceOf(owner, context)
  if (!(resource instanceof KafkaError)) return resource
  throw owner.resourceType === resourceTypes.topic ? unknownTopicError() : fromKafka(resource)
}

function showAll(c: Context, cluster: Cluster, owner: Owner) {
  const resource = resourceFor(cluster, owner)
  const inOrder = [...resource.shown.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return inOrder.map((definition) => show(c, cluster.id, owner, definition, resource))
}

function showOne(c: Context, cluster: Cluster, owner: Owner) {
  const resource = resourceFor(cluster, owner)
  const name = c.req.param('name')!
  const definition = resource.shown.get(name)
  if (definition === undefined) throw noSuchConfig(cluster, owner, name)
  return show(c, cluster.id, owner, definition, resource)
}

function noSuchConfig({ id }: Cluster, { resourceType, resourceName }: Owner, name: string) {
  const type = resourceType === resourceTypes.topic ? 'TOPIC' : 'BROKER'
  return notFound(`Config ${name} cannot be found for ${type} ${resourceName} in cluster ${id}.`)
}

function show(
  c: Context,
  cluster: string,
  owner: Owner,
  definition: ConfigDefinition,
  resource: Pick<ConfigResource, 'synonyms' | 'unset' | 'isReadOnly'>,
) {
  const { name } = definition
  const synonyms = resource.synonyms(name)
  const told = (value: string | null) => (isSensitive(definition) ? null : value)
  const { value, source } = standing(resource, definition, synonyms)
  const kindOfName = owner === clusterOwner ? 'broker-config' : 'config'
  return entity(c, owner.kind, cluster, [...owner.path, name], [...owner.names, [kindOfName, name]], {
    ...owner.fields,
    name,
    value: told(value),
    is_default: source === 'default',
    is_read_only: resource.isReadOnly(name),
    is_sensitive: isSensitive(definition),
    source: sources[source],
    synonyms: synonyms.map((one) => ({ name: one.name, value: told(one.value), source: sources[one.source] })),
  })
}

/** What holds for a topic that sets nothing itself; it need not exist. */
function showDefaults(c: Context, cluster: Cluster) {
  const name = c.req.param('topic')!
  const owner = { ...topicOwner(name), path: ['topics', name, 'default-configs'] }
  const config = new TopicConfig(cluster.config, new Map())
  const plain = {
    synonyms: (name: string) => config.synonyms(name),
    unset: (name: string) => config.effective(name).value,
    isReadOnly: () => false,
  }
  const shown = [...topicConfigs.values()].map((one) => show(c, cluster.id, owner, one, plain))
  return list(c, 'KafkaTopicConfigList', [cluster.id, ...owner.path], shown)
}
