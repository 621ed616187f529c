/** Administers topics and their configs. */
import { ZERO_UUID } from '../base/bytes.ts'
import { errorOf, type KafkaError, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { createPartitions } from '../protocol/messages/create-partitions.ts'
import { createTopics } from '../protocol/messages/create-topics.ts'
import { deleteTopics } from '../protocol/messages/delete-topics.ts'
import { describeConfigs } from '../protocol/messages/describe-configs.ts'
import { incrementalAlterConfigs } from '../protocol/messages/incremental-alter-configs.ts'
import { notThere, refusal } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'

export const topicResource = 2
export const brokerResource = 4
const setValue = 0
const deleteValue = 1
const sources = ['', 'topic', 'broker', 'broker default', 'server.properties', 'default'] as const

export interface NewTopic {
  readonly name: string
  /** -1: as the broker would. */
  readonly partitions: number
  readonly replicas: number
  readonly configs: ReadonlyMap<string, string>
}

export interface Created {
  readonly name: string
  readonly partitions: number
  readonly replicas: number
}

export interface Config {
  readonly name: string
  readonly value: string | null
  readonly source: string
  readonly isReadOnly: boolean
  readonly isSensitive: boolean
}

/** Throws ClientError for the first that is refused. */
export function createTopic(client: KafkaClient, topic: NewTopic, isTrial = false): Promise<Created> {
  const { name, partitions, replicas, configs } = topic
  const asked = {
    name,
    numPartitions: partitions,
    replicationFactor: replicas,
    assignments: [],
    configs: [...configs].map(([config, value]) => ({ name: config, value })),
  }
  return client.retrying(async () => {
    const controller = await client.controller()
    const message = { topics: [asked], timeoutMs: client.timeoutMs, validateOnly: isTrial }
    const { topics } = await controller.request(createTopics, message, { waitMs: client.timeoutMs })
    const [told] = topics
    refuse(`topic ${name}`, errorOf(told!.errorCode), told!.errorMessage)
    const { numPartitions, replicationFactor } = told!
    return { name, partitions: numPartitions, replicas: replicationFactor }
  })
}

export function deleteTopic(client: KafkaClient, name: string): Promise<void> {
  return client.retrying(async () => {
    const controller = await client.controller()
    const message = { topics: [{ name, topicId: ZERO_UUID }], topicNames: [name], timeoutMs: client.timeoutMs }
    const { responses } = await controller.request(deleteTopics, message, { waitMs: client.timeoutMs })
    const { errorCode, errorMessage } = responses[0]!
    refuse(`topic ${name}`, errorOf(errorCode), errorMessage)
    client.forget(name)
  })
}

export function growTopic(client: KafkaClient, name: string, count: number): Promise<void> {
  return client.retrying(async () => {
    const controller = await client.controller()
    const topics = [{ name, count, assignments: null }]
    const message = { topics, timeoutMs: client.timeoutMs, validateOnly: false }
    const { results } = await controller.request(createPartitions, message, { waitMs: client.timeoutMs })
    const { errorCode, errorMessage } = results[0]!
    refuse(`topic ${name}`, errorOf(errorCode), errorMessage)
    client.forget(name)
  })
}

export interface Resource {
  readonly type: number
  readonly name: string
}

export function configsOf(client: KafkaClient, { type, name }: Resource): Promise<Config[]> {
  return client.retrying(async () => {
    const connection = await at(client, { type, name })
    const resources = [{ resourceType: type, resourceName: name, configurationKeys: null }]
    const { results } = await connection.request(describeConfigs, { resources })
    const { errorCode, errorMessage, configs } = results[0]!
    refuse(label({ type, name }), errorOf(errorCode), errorMessage)
    return configs.map(({ name: config, value, configSource, readOnly, isSensitive }) => ({
      name: config,
      value,
      source: sources[configSource] ?? `source ${configSource}`,
      isReadOnly: readOnly,
      isSensitive,
    }))
  })
}

/** A value of null: back to what it is by default. */
export function changeConfigs(client: KafkaClient, resource: Resource, changes: ReadonlyMap<string, string | null>) {
  const configs = [...changes].map(([name, value]) => {
    return { name, configOperation: value === null ? deleteValue : setValue, value }
  })
  return client.retrying(async () => {
    const connection = await at(client, resource)
    const resources = [{ resourceType: resource.type, resourceName: resource.name, configs }]
    const { responses } = await connection.request(incrementalAlterConfigs, { resources, validateOnly: false })
    const { errorCode, errorMessage } = responses[0]!
    refuse(label(resource), errorOf(errorCode), errorMessage)
  })
}

/** A broker's are its own to tell. */
async function at(client: KafkaClient, { type, name }: Resource) {
  if (type !== brokerResource || name === '') return client.anyConnection()
  await client.cluster()
  return client.broker(Number(name))
}

function label({ type, name }: Resource): string {
  return type === brokerResource ? `broker ${name}` : `topic ${name}`
}

function refuse(what: string, error: KafkaError, message: string | null): void {
  if (error.is(NONE)) return
  if (error.is(UNKNOWN_TOPIC_OR_PARTITION)) throw notThere(what, error)
  throw refusal(what, error, message)
}
