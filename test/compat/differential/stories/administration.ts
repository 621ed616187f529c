/** Brokers, leaders, replicas, features and the quorum: what administrators do beside topics and configs. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { addRaftVoter } from '../../../../src/protocol/messages/add-raft-voter.ts'
import { alterPartitionReassignments } from '../../../../src/protocol/messages/alter-partition-reassignments.ts'
import { alterReplicaLogDirs } from '../../../../src/protocol/messages/alter-replica-log-dirs.ts'
import { describeLogDirs } from '../../../../src/protocol/messages/describe-log-dirs.ts'
import { describeQuorum } from '../../../../src/protocol/messages/describe-quorum.ts'
import { describeTopicPartitions } from '../../../../src/protocol/messages/describe-topic-partitions.ts'
import { electLeaders } from '../../../../src/protocol/messages/elect-leaders.ts'
import { listConfigResources } from '../../../../src/protocol/messages/list-config-resources.ts'
import { listPartitionReassignments } from '../../../../src/protocol/messages/list-partition-reassignments.ts'
import { removeRaftVoter } from '../../../../src/protocol/messages/remove-raft-voter.ts'
import { unregisterBroker } from '../../../../src/protocol/messages/unregister-broker.ts'
import { unregisterController } from '../../../../src/protocol/messages/unregister-controller.ts'
import { updateFeatures } from '../../../../src/protocol/messages/update-features.ts'
import { type Story, story } from '../telling.ts'

const timeoutMs = 5_000
const clusterNobodyHas = 'not-this-cluster'
const brokerType = 4
const directoryId = 'AAAAAAAAAAAAAAAAAAAAAg'

const elect = story(electLeaders, 'elect', async (told) => {
  const { version } = told
  const fresh = async () => {
    const topic = told.name('t')
    await told.topic(topic, { partitions: 2 })
    return { electionType: 0, topicPartitions: [{ topic, partitions: [0, 1] }], timeoutMs }
  }
  await told.askWithMutants(electLeaders, fresh, { except: ['timeoutMs', 'topicPartitions'] })
  const { topicPartitions } = await fresh()
  const unclean = { electionType: 1, topicPartitions, timeoutMs }
  await told.ask('uncleanly, though there is a leader', electLeaders, version, unclean)
  await told.ask('nowhere', electLeaders, version, { topicPartitions: [], timeoutMs })
})

const reassign = story(alterPartitionReassignments, 'reassign', async (told) => {
  const { version } = told
  const fresh = async () => {
    const name = told.name('t')
    await told.topic(name)
    return { timeoutMs, topics: [{ name, partitions: [{ partitionIndex: 0, replicas: [1] }] }] }
  }
  await told.askWithMutants(alterPartitionReassignments, fresh, { except: ['timeoutMs'] })
  for (const replicas of [[], [1, 1], [7], [-1], [1, 7], null]) {
    for (const allowReplicationFactorChange of version >= 1 ? [true, false] : [true]) {
      const { topics } = await fresh()
      const partitions = [{ partitionIndex: 0, replicas }]
      const asked = { timeoutMs, allowReplicationFactorChange, topics: [{ ...topics[0]!, partitions }] }
      const title = `to ${JSON.stringify(replicas)}${allowReplicationFactorChange ? '' : ', as many as before'}`
      await told.ask(title, alterPartitionReassignments, version, asked)
    }
  }
})

const reassigned = story(listPartitionReassignments, 'list', async (told) => {
  const name = told.name('t')
  await told.topic(name)
  const fresh = () => ({ timeoutMs, topics: [{ name, partitionIndexes: [0] }] })
  await told.askWithMutants(listPartitionReassignments, fresh, { except: ['timeoutMs'] })
})

const moveLogs = story(alterReplicaLogDirs, 'move', async (told) => {
  const name = told.name('t')
  await told.topic(name)
  const folders = await told.prepare(describeLogDirs, 4, { topics: [] })
  const paths = folders.map(({ results }) => results[0]!.logDir)
  const asked = (side: 0 | 1, topic: string, partitions: number[]) => ({
    dirs: [{ path: paths[side]!, topics: [{ name: topic, partitions }] }],
  })
  const ask = (title: string, topic: string, partitions: number[]) =>
    told.ask(title, alterReplicaLogDirs, told.version, (side) => asked(side, topic, partitions))
  await ask('to where it is', name, [0])
  await ask('a partition twice', name, [0, 0])
  await ask('a partition that is not there', name, [0, 7])
  await ask('a topic that is not there', 'nowhere', [0])
  const fresh = () => ({ dirs: [{ path: '/nowhere', topics: [{ name, partitions: [0] }] }] })
  await told.askWithMutants(alterReplicaLogDirs, fresh)
})

const pages = story(describeTopicPartitions, 'page', async (told) => {
  const [first, second] = [told.name('p'), told.name('p')]
  await told.topic(first, { partitions: 3 })
  await told.topic(second, { partitions: 3 })
  const topics = [{ name: second }, { name: first }, { name: 'nowhere' }, { name: first }]
  const fresh = () => ({ topics, responsePartitionLimit: 4, cursor: null })
  await told.askWithMutants(describeTopicPartitions, fresh, { settles: true, except: ['topics'] })
  const onward = () => ({ ...fresh(), cursor: { topicName: first, partitionIndex: 1 } })
  await told.askWithMutants(describeTopicPartitions, onward, { settles: true, except: ['topics'] })
  const cursors = [
    [second, 1],
    [first, 2],
    [first, 3],
    [first, 9],
    [first, -1],
    ['nowhere', 0],
    ['absent', 0],
    ['zzz', 0],
  ] as const
  for (const [topicName, partitionIndex] of cursors) {
    const cursor = { topicName, partitionIndex }
    await told.ask(`from ${topicName} ${partitionIndex}`, describeTopicPartitions, 0, { ...fresh(), cursor })
  }
  for (const responsePartitionLimit of [0, -5, 1, 2, 3, 6, 100]) {
    await told.ask(`${responsePartitionLimit} at most`, describeTopicPartitions, 0, {
      ...fresh(),
      responsePartitionLimit,
    })
  }
})

const quorum = story(describeQuorum, 'describe', async (told) => {
  const asked = (topicName: string, ...partitions: number[]) => ({
    topics: [{ topicName, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }],
  })
  await told.askWithMutants(describeQuorum, () => asked('__cluster_metadata', 0))
  await told.ask('two partitions', describeQuorum, told.version, asked('__cluster_metadata', 0, 1))
  await told.ask('another topic', describeQuorum, told.version, asked('nowhere', 0))
})

/** Feature, level, type of upgrade. Only looked at: what is in force stays as it is. */
const levels: readonly (readonly [feature: string, level: number, upgradeType: number])[] = [
  ['metadata.version', 33, 1],
  ['metadata.version', 32, 1],
  ['metadata.version', 32, 2],
  ['metadata.version', 32, 3],
  ['metadata.version', 99, 1],
  ['metadata.version', 0, 3],
  ['transaction.version', 1, 1],
  ['transaction.version', 1, 2],
  ['transaction.version', 1, 3],
  ['transaction.version', 3, 1],
  ['transaction.version', -1, 2],
  ['transaction.version', 2, 0],
  ['transaction.version', 2, 9],
  ['kraft.version', 0, 2],
  ['nowhere', 0, 1],
  ['nowhere', 1, 1],
]

const features = story(updateFeatures, 'update', async (told) => {
  const { version } = told
  const asked = (...updates: (typeof levels)[number][]) => ({
    timeoutMs,
    featureUpdates: updates.map(([feature, maxVersionLevel, upgradeType]) => {
      return { feature, maxVersionLevel, allowDowngrade: false, upgradeType }
    }),
    validateOnly: true,
  })
  await told.askWithMutants(updateFeatures, () => asked(['transaction.version', 2, 1]), {
    except: ['timeoutMs', 'validateOnly', 'featureUpdates.allowDowngrade'],
  })
  if (version === 0) return
  for (const update of levels) await told.ask(update.join(' '), updateFeatures, version, asked(update))
  const both = asked(['transaction.version', 2, 1], ['nowhere', 1, 1])
  await told.ask('one of two is wrong', updateFeatures, version, both)
})

const forgetBroker = story(unregisterBroker, 'forget', async (told) => {
  await told.askWithMutants(unregisterBroker, () => ({ brokerId: 7 }))
})

const forgetController = story(unregisterController, 'forget', async (told) => {
  await told.askWithMutants(unregisterController, () => ({ controllerId: 1 }))
})

const voter = { voterId: 2, voterDirectoryId: directoryId }
const wrongVoters = [
  { clusterId: clusterNobodyHas, ...voter },
  { clusterId: null, ...voter, voterId: -1 },
  { clusterId: null, ...voter, voterDirectoryId: ZERO_UUID },
  { clusterId: null, ...voter, voterId: 1 },
]

const addVoter = story(addRaftVoter, 'add', async (told) => {
  const listeners = [{ name: 'CONTROLLER', host: 'localhost', port: 9 }]
  const fresh = () => ({ clusterId: null, timeoutMs, ...voter, listeners })
  // A listener without a name halts Kafka 4.4.
  const except = ['timeoutMs', 'clusterId', 'listeners.name']
  await told.askWithMutants(addRaftVoter, fresh, { except })
  for (const wrong of wrongVoters) {
    await told.ask(JSON.stringify(wrong), addRaftVoter, told.version, { ...fresh(), ...wrong })
  }
})

const removeVoter = story(removeRaftVoter, 'remove', async (told) => {
  await told.askWithMutants(removeRaftVoter, () => ({ clusterId: null, ...voter }), { except: ['clusterId'] })
  for (const wrong of wrongVoters) await told.ask(JSON.stringify(wrong), removeRaftVoter, 0, wrong)
})

const resources = story(listConfigResources, 'list', async (told) => {
  const { version } = told
  await told.askWithMutants(listConfigResources, () => ({ resourceTypes: version === 0 ? [] : [brokerType] }))
  if (version === 0) return
  for (const resourceTypes of [[8], [4, 8], [3], [4, 99], [-1], [0]]) {
    await told.ask(`types ${resourceTypes}`, listConfigResources, version, { resourceTypes })
  }
})

export const administrationStories: readonly Story[] = [
  ...[elect, reassign, reassigned, moveLogs, pages, quorum],
  ...[features, forgetBroker, forgetController, addVoter, removeVoter, resources],
]
