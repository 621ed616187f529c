/** Topics: made, grown, described, emptied, deleted. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { createPartitions } from '../../../../src/protocol/messages/create-partitions.ts'
import { createTopics } from '../../../../src/protocol/messages/create-topics.ts'
import { deleteRecords } from '../../../../src/protocol/messages/delete-records.ts'
import { deleteTopics } from '../../../../src/protocol/messages/delete-topics.ts'
import { describeLogDirs } from '../../../../src/protocol/messages/describe-log-dirs.ts'
import { metadata } from '../../../../src/protocol/messages/metadata.ts'
import { batchOf } from '../../../support/produced.ts'
import { type Story, story, type Telling } from '../telling.ts'
import { produced } from './produced.ts'

const timeoutMs = 5_000
const unknownId = 'AAAAAAAAAAAAAAAAAAAAAg'

/** A topic as CreateTopics asks for it. */
function asked(name: string, configs: Readonly<Record<string, string | null>> = {}) {
  const pairs = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
  const assignments: { partitionIndex: number; brokerIds: number[] }[] = []
  return { name, numPartitions: 2, replicationFactor: 1, assignments, configs: pairs }
}

const create = story(createTopics, 'create', async (told) => {
  const { version } = told
  const fresh = () => ({ topics: [asked(told.name('t'), { 'retention.ms': '1000' })], timeoutMs })
  await told.askWithMutants(createTopics, fresh, { except: ['timeoutMs'] })
  const assigned = () => ({
    topics: [
      {
        ...asked(told.name('t')),
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [1] }],
      },
    ],
    timeoutMs,
  })
  await told.askWithMutants(createTopics, assigned, { except: ['timeoutMs'] })
  const create = (title: string, ...topics: ReturnType<typeof asked>[]) =>
    told.ask(title, createTopics, version, { topics, timeoutMs })
  const name = told.name('t')
  await create('first', asked(name))
  await create('a second time', asked(name))
  await create('one of two is wrong', asked(told.name('t')), asked('..'))
  await create('collides with another but for . and _', asked(`${name}.x`), asked(`${name}_x`))
  await create('by assignment', {
    ...asked(told.name('t')),
    numPartitions: -1,
    replicationFactor: -1,
    assignments: [{ partitionIndex: 0, brokerIds: [1] }],
  })
  await create('by assignment and by number', {
    ...asked(told.name('t')),
    assignments: [{ partitionIndex: 0, brokerIds: [1] }],
  })
  await create('by assignment with a gap', {
    ...asked(told.name('t')),
    numPartitions: -1,
    replicationFactor: -1,
    assignments: [{ partitionIndex: 1, brokerIds: [1] }],
  })
  await create('by assignment to nobody', {
    ...asked(told.name('t')),
    numPartitions: -1,
    replicationFactor: -1,
    assignments: [{ partitionIndex: 0, brokerIds: [7] }],
  })
  await create('by default numbers', { ...asked(told.name('t')), numPartitions: -1, replicationFactor: -1 })
  await create('more replicas than brokers', { ...asked(told.name('t')), replicationFactor: 3 })
  for (const [key, value] of wrongConfigs) await create(`${key}=${value}`, asked(told.name('t'), { [key]: value }))
  const validateOnly = { topics: [asked(told.name('t'))], timeoutMs, validateOnly: true }
  await told.ask('only looked at', createTopics, version, validateOnly)
})

const wrongConfigs: readonly (readonly [key: string, value: string | null])[] = [
  ['retention.ms', null],
  ['retention.ms', 'soon'],
  ['retention.ms', '-2'],
  ['retention.bytes', '-1'],
  ['cleanup.policy', 'compact,delete'],
  ['cleanup.policy', 'shred'],
  ['compression.type', 'brotli'],
  ['compression.type', 'zstd'],
  ['max.message.bytes', '-1'],
  ['min.insync.replicas', '0'],
  ['min.insync.replicas', '3'],
  ['segment.bytes', '1'],
  ['message.timestamp.type', 'LogAppendTime'],
  ['message.timestamp.type', 'Tomorrow'],
  ['unknown.config', 'x'],
  ['', 'x'],
]

const remove = story(deleteTopics, 'delete', async (told) => {
  const { version } = told
  const fresh = async () => {
    const name = told.name('t')
    await told.topic(name)
    return { topics: [{ name, topicId: ZERO_UUID }], topicNames: [name], timeoutMs }
  }
  await told.askWithMutants(deleteTopics, fresh, { except: ['timeoutMs'] })
  if (version < 6) return
  const ids = await told.topic(told.name('t'))
  const byId = (side: 0 | 1) => ({ topics: [{ name: null, topicId: ids[side] }], timeoutMs })
  await told.ask('by id', deleteTopics, version, byId)
  await told.ask('by the same id again', deleteTopics, version, byId, { settles: true })
  await told.ask('by an unknown id', deleteTopics, version, { topics: [{ name: null, topicId: unknownId }], timeoutMs })
})

const grow = story(createPartitions, 'grow', async (told) => {
  const fresh = async () => {
    const name = told.name('t')
    await told.topic(name)
    return { topics: [{ name, count: 3, assignments: null }], timeoutMs }
  }
  await told.askWithMutants(createPartitions, fresh, { except: ['timeoutMs'] })
  const assigned = async () => {
    const { topics, ...rest } = await fresh()
    return { topics: [{ ...topics[0]!, assignments: [{ brokerIds: [1] }, { brokerIds: [1] }] }], ...rest }
  }
  await told.askWithMutants(createPartitions, assigned, { except: ['timeoutMs'] })
  for (const brokerIds of [
    [[1], [1]],
    [[1]],
    [[7], [1]],
    [[], []],
    [
      [1, 1],
      [1, 1],
    ],
    [[-1], [1]],
  ]) {
    const { topics } = await fresh()
    const assignments = brokerIds.map((ids) => ({ brokerIds: ids }))
    const title = `assigned to ${JSON.stringify(brokerIds)}`
    await told.ask(title, createPartitions, told.version, { topics: [{ ...topics[0]!, assignments }], timeoutMs })
  }
})

const tell = story(metadata, 'tell', async (told) => {
  const name = told.name('t')
  const ids = await told.topic(name, { partitions: 3 })
  const fresh = () => ({
    topics: [{ name, topicId: ZERO_UUID }],
    includeClusterAuthorizedOperations: true,
    includeTopicAuthorizedOperations: true,
    allowAutoTopicCreation: false,
  })
  await told.askWithMutants(metadata, fresh, { settles: true, except: ['allowAutoTopicCreation'] })
  if (told.version >= 10) {
    const byId = (topicId: string) => ({ topics: [{ name: null, topicId }] })
    await told.ask('by id', metadata, told.version, (side) => byId(ids[side]))
    await told.ask('by an unknown id', metadata, told.version, byId(unknownId))
    const both = (side: 0 | 1) => ({
      topics: [
        { name, topicId: ids[side] },
        { name: null, topicId: ids[side] },
      ],
    })
    await told.ask('by name and by id', metadata, told.version, both)
  }
  if (told.version >= 4) await told.ask('made when asked for', metadata, told.version, madeBy(told), { settles: true })
})

function madeBy(told: Telling) {
  const name = told.name('t')
  return { topics: [{ name, topicId: ZERO_UUID }], allowAutoTopicCreation: true }
}

const empty = story(deleteRecords, 'delete', async (told) => {
  const fresh = async () => {
    const name = told.name('t')
    await told.topic(name)
    await produced(told, name, batchOf(['a', 'b', 'c']))
    return { topics: [{ name, partitions: [{ partitionIndex: 0, offset: 2 }] }], timeoutMs }
  }
  await told.askWithMutants(deleteRecords, fresh, { except: ['timeoutMs'] })
  const { topics, ...rest } = await fresh()
  await told.ask('once', deleteRecords, told.version, { topics, ...rest })
  const back = [{ ...topics[0]!, partitions: [{ partitionIndex: 0, offset: 1 }] }]
  await told.ask('what is deleted already', deleteRecords, told.version, { topics: back, ...rest })
  const compacted = told.name('t')
  await told.topic(compacted, { configs: { 'cleanup.policy': 'compact' } })
  const there = [{ name: compacted, partitions: [{ partitionIndex: 0, offset: 0 }] }]
  await told.ask('of a compacted topic', deleteRecords, told.version, { topics: there, timeoutMs })
})

const folders = story(describeLogDirs, 'describe', async (told) => {
  const topic = told.name('t')
  await told.topic(topic, { partitions: 2 })
  const fresh = () => ({ topics: [{ topic, partitions: [0, 1] }] })
  await told.askWithMutants(describeLogDirs, fresh, { settles: true, except: ['topics'] })
})

export const topicStories: readonly Story[] = [create, remove, grow, tell, empty, folders]
