/** Configs of topics and brokers, and what the cluster says of itself. */
import { alterConfigs } from '../../../../src/protocol/messages/alter-configs.ts'
import { apiVersions } from '../../../../src/protocol/messages/api-versions.ts'
import { describeCluster } from '../../../../src/protocol/messages/describe-cluster.ts'
import { describeConfigs } from '../../../../src/protocol/messages/describe-configs.ts'
import { incrementalAlterConfigs } from '../../../../src/protocol/messages/incremental-alter-configs.ts'
import { type Story, story } from '../telling.ts'

const topicType = 2
const brokerType = 4
const loggerType = 8
const metricsType = 16
const groupType = 32
const [set, remove, append, subtract] = [0, 1, 2, 3] as const

const describe = story(describeConfigs, 'describe', async (told) => {
  const { version } = told
  const name = told.name('t')
  await told.topic(name, { configs: { 'retention.ms': '1000' } })
  const asked = (resourceType: number, resourceName: string, configurationKeys: string[] | null) => ({
    resources: [{ resourceType, resourceName, configurationKeys }],
    includeSynonyms: true,
    includeDocumentation: false,
  })
  await told.askWithMutants(describeConfigs, () => asked(topicType, name, ['retention.ms']), { settles: true })
  await told.ask('all of a topic', describeConfigs, version, asked(topicType, name, null))
  await told.ask('all of a topic, explained', describeConfigs, version, {
    ...asked(topicType, name, null),
    includeDocumentation: true,
  })
  await told.ask('all of a broker', describeConfigs, version, asked(brokerType, '1', null))
  await told.ask('all of brokers by default', describeConfigs, version, asked(brokerType, '', null))
  await told.ask('of another broker', describeConfigs, version, asked(brokerType, '7', null))
  await told.ask('the root logger', describeConfigs, version, asked(loggerType, '1', ['nobody']))
  for (const type of [loggerType, metricsType, groupType, 3]) {
    for (const name of ['', '1', '7', 'x']) {
      if (type === loggerType && name === '1') continue
      await told.ask(`type ${type} named '${name}'`, describeConfigs, version, asked(type, name, null))
    }
  }
})

const changes: readonly (readonly [key: string, operation: number, value: string | null])[] = [
  ['retention.ms', set, '2000'],
  ['retention.ms', set, 'soon'],
  ['retention.ms', set, null],
  ['retention.ms', remove, null],
  ['retention.ms', append, '1'],
  ['cleanup.policy', append, 'compact'],
  ['cleanup.policy', append, 'delete'],
  ['cleanup.policy', subtract, 'delete'],
  ['cleanup.policy', subtract, 'compact,delete'],
  ['cleanup.policy', set, 'shred'],
  ['compression.type', set, 'producer'],
  ['min.insync.replicas', set, '2'],
  ['unknown.config', set, 'x'],
  ['unknown.config', remove, null],
  ['retention.ms', 9, '1'],
]

const alterSome = story(incrementalAlterConfigs, 'alter', async (told) => {
  const { version } = told
  const asked = (
    resourceName: string,
    name: string,
    configOperation: number,
    value: string | null,
    resourceType = topicType,
  ) => ({
    resources: [{ resourceType, resourceName, configs: [{ name, configOperation, value }] }],
    validateOnly: false,
  })
  const fresh = async () => {
    const name = told.name('t')
    await told.topic(name)
    return asked(name, 'retention.ms', set, '1000')
  }
  await told.askWithMutants(incrementalAlterConfigs, fresh)
  for (const [key, operation, value] of changes) {
    const name = told.name('t')
    await told.topic(name)
    await told.ask(`${key} ${operation} ${value}`, incrementalAlterConfigs, version, asked(name, key, operation, value))
    const read = {
      resources: [{ resourceType: topicType, resourceName: name, configurationKeys: [key] }],
      includeSynonyms: true,
    }
    await told.ask(`${key} ${operation} ${value}, read back`, describeConfigs, 4, read, { settles: true })
  }
  for (const [node, key, value] of [
    ['1', 'log.retention.ms', 'x'],
    ['', 'unknown', 'x'],
    ['7', 'log.retention.ms', '1'],
    ['1', 'broker.id', '2'],
    ['', 'log.retention.ms', '0'],
    ['', 'max.connections', '0'],
    ['', 'max.connections.per.ip.overrides', 'somewhere'],
    ['', 'max.connections.per.ip.overrides', '10.0.0.1:many'],
    ['', 'max.connections.per.ip.overrides', 'no where:1'],
    ['', 'quota.window.num', '3'],
    ['', 'delete.topic.enable', 'false'],
  ] as const) {
    await told.ask(
      `broker ${node}: ${key}=${value}`,
      incrementalAlterConfigs,
      version,
      asked(node, key, set, value, brokerType),
    )
  }
})

const alterAll = story(alterConfigs, 'alter', async (told) => {
  const fresh = async () => {
    const resourceName = told.name('t')
    await told.topic(resourceName, { configs: { 'cleanup.policy': 'compact' } })
    return {
      resources: [{ resourceType: topicType, resourceName, configs: [{ name: 'retention.ms', value: '1000' }] }],
    }
  }
  await told.askWithMutants(alterConfigs, fresh)
})

const cluster = story(describeCluster, 'describe', async (told) => {
  await told.askWithMutants(describeCluster, () => ({ includeClusterAuthorizedOperations: true, endpointType: 1 }))
})

/** Which APIs are served is the first table of the page; here is how it is asked. */
const versions = story(apiVersions, 'ask', async (told) => {
  const asked = () => ({ clientSoftwareName: 'compat', clientSoftwareVersion: '1.0' })
  await told.askWithMutants(apiVersions, asked)
  await told.ask('with a name that is none', apiVersions, told.version, { ...asked(), clientSoftwareName: '-x' })
})

export const configStories: readonly Story[] = [describe, alterSome, alterAll, cluster, versions]
