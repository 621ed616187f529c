/** Transactions: who has an id, what it reaches, how it ends, and what of it is read. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { addOffsetsToTxn } from '../../../../src/protocol/messages/add-offsets-to-txn.ts'
import { addPartitionsToTxn } from '../../../../src/protocol/messages/add-partitions-to-txn.ts'
import { describeProducers } from '../../../../src/protocol/messages/describe-producers.ts'
import { describeTransactions } from '../../../../src/protocol/messages/describe-transactions.ts'
import { endTxn } from '../../../../src/protocol/messages/end-txn.ts'
import { initProducerId } from '../../../../src/protocol/messages/init-producer-id.ts'
import { listOffsets } from '../../../../src/protocol/messages/list-offsets.ts'
import { listTransactions } from '../../../../src/protocol/messages/list-transactions.ts'
import { offsetFetch } from '../../../../src/protocol/messages/offset-fetch.ts'
import { produce } from '../../../../src/protocol/messages/produce.ts'
import { txnOffsetCommit } from '../../../../src/protocol/messages/txn-offset-commit.ts'
import { writeTxnMarkers } from '../../../../src/protocol/messages/write-txn-markers.ts'
import { encodeBatch } from '../../../../src/protocol/records.ts'
import { type SideIndex, type Story, story, type Telling } from '../telling.ts'

interface Producer {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
}
/** On each of the two sides. */
type Producers = (side: SideIndex) => Producer

const firstGeneration = 3
const byName = 9
const noBatching = 3
const isOk = ({ errorCode }: { errorCode: number }) => errorCode === 0

export async function initialized(told: Telling): Promise<Producers> {
  const transactionalId = told.name('tx')
  const asked = { transactionalId, transactionTimeoutMs: 600_000 }
  const answers = await told.prepare(initProducerId, 5, asked, isOk)
  return (side) => {
    const { producerId, producerEpoch } = answers[side]
    return { transactionalId, producerId, producerEpoch }
  }
}

function adding({ transactionalId, producerId, producerEpoch }: Producer, name: string) {
  return {
    v3AndBelowTransactionalId: transactionalId,
    v3AndBelowProducerId: producerId,
    v3AndBelowProducerEpoch: producerEpoch,
    v3AndBelowTopics: [{ name, partitions: [0] }],
  }
}

/** With partition 0 of the topic added. */
export async function begun(told: Telling, topic: string): Promise<Producers> {
  const producers = await initialized(told)
  const isAdded = (answer: { resultsByTopicV3AndBelow: { resultsByPartition: { partitionErrorCode: number }[] }[] }) =>
    answer.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode === 0
  await told.prepare(addPartitionsToTxn, noBatching, (side) => adding(producers(side), topic), isAdded)
  return producers
}

export function writing(producer: Producer, name: string, topicId = ZERO_UUID) {
  const records = encodeBatch([{ timestamp: 1_700_000_000_000, key: null, value: Buffer.from('in a transaction') }], {
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    baseSequence: 0,
    isTransactional: true,
  })
  const { transactionalId } = producer
  return {
    transactionalId,
    acks: -1,
    timeoutMs: 5_000,
    topicData: [{ name, topicId, partitionData: [{ index: 0, records }] }],
  }
}

/** With one record in it. */
async function written(told: Telling, topic: string): Promise<Producers> {
  const producers = await begun(told, topic)
  const isStored = (answer: { responses: { partitionResponses: { errorCode: number }[] }[] }) =>
    answer.responses[0]!.partitionResponses[0]!.errorCode === 0
  await told.prepare(produce, byName, (side) => writing(producers(side), topic), isStored)
  return producers
}

async function initializing(told: Telling): Promise<void> {
  const asked = () => ({ transactionalId: told.name('tx'), transactionTimeoutMs: 60_000 })
  await told.askWithMutants(initProducerId, asked, { except: ['enable2Pc', 'keepPreparedTxn'] })
  if (told.version < firstGeneration) return
  const again = async () => {
    const producers = await initialized(told)
    return (side: SideIndex) => ({ ...producers(side), transactionTimeoutMs: 60_000 })
  }
  await told.askWithMutants(initProducerId, again, { except: ['enable2Pc', 'keepPreparedTxn'] })
}

async function fencing(told: Telling): Promise<void> {
  const topic = told.name('t')
  await told.topic(topic)
  const producers = await written(told, topic)
  const { transactionalId } = producers(0)
  const again = { transactionalId, transactionTimeoutMs: 60_000 }
  await told.ask('while a transaction is under way', initProducerId, told.version, again)
  await told.prepare(initProducerId, 5, again, isOk)
  await told.ask('the zombie ends', endTxn, 5, (side) => ({ ...producers(side), committed: true }))
  await told.ask('the zombie ends, as of old', endTxn, 1, (side) => ({ ...producers(side), committed: true }))
  await told.ask('the zombie adds', addPartitionsToTxn, 1, (side) => adding(producers(side), topic))
  await told.ask('the zombie writes', produce, 12, (side) => writing(producers(side), topic))
  await told.ask('the zombie begins anew', initProducerId, 5, (side) => ({ ...again, ...producers(side) }))
}

async function addingPartitions(told: Telling): Promise<void> {
  const topic = told.name('t')
  await told.topic(topic)
  await told.askWithMutants(addPartitionsToTxn, async () => {
    const producers = await initialized(told)
    if (told.version <= noBatching) return (side) => adding(producers(side), topic)
    const topics = [{ name: topic, partitions: [0] }]
    return (side) => ({ transactions: [{ ...producers(side), verifyOnly: false, topics }] })
  })
}

async function addingOffsets(told: Telling): Promise<void> {
  await told.askWithMutants(addOffsetsToTxn, async () => {
    const producers = await initialized(told)
    return (side) => ({ ...producers(side), groupId: 'g' })
  })
}

async function committingOffsets(told: Telling): Promise<void> {
  const topic = told.name('t')
  const ids = await told.topic(topic)
  const committed = { committedOffset: 3, committedLeaderEpoch: -1, committedMetadata: 'so far' }
  const fresh = async () => {
    const producers = await initialized(told)
    const groupId = told.name('g')
    if (told.version < 5) await told.prepare(addOffsetsToTxn, 3, (side) => ({ ...producers(side), groupId }), isOk)
    const partitions = [{ partitionIndex: 0, ...committed }]
    return (side: SideIndex) => ({
      ...producers(side),
      groupId,
      generationIdOrMemberEpoch: -1,
      topics: [{ name: topic, topicId: ids[side], partitions }],
    })
  }
  await told.askWithMutants(txnOffsetCommit, fresh)
  const asked = await fresh()
  await told.ask('and then', txnOffsetCommit, told.version, asked)
  const groups = [
    {
      groupId: asked(0).groupId,
      memberId: null,
      memberEpoch: -1,
      topics: [{ name: topic, topicId: ZERO_UUID, partitionIndexes: [0, 1] }],
    },
  ]
  await told.ask('an unstable offset', offsetFetch, 8, { groups, requireStable: true })
  await told.ask('whatever offset', offsetFetch, 8, { groups, requireStable: false })
  const end = (side: SideIndex) => ({ ...asked(side), committed: true })
  await told.prepare(endTxn, firstGeneration, end, isOk)
  await told.ask('a stable offset', offsetFetch, 8, { groups, requireStable: true }, { settles: true })
}

async function ending(told: Telling): Promise<void> {
  const topic = told.name('t')
  await told.topic(topic)
  for (const committed of [true, false]) {
    await told.askWithMutants(endTxn, async () => {
      const producers = await written(told, topic)
      return (side) => ({ ...producers(side), committed })
    })
    const nothing = await initialized(told)
    await told.ask('nothing', endTxn, told.version, (side) => ({ ...nothing(side), committed }))
    const done = await begun(told, topic)
    const asked = (side: SideIndex) => ({ ...done(side), committed })
    await told.prepare(endTxn, told.version, asked, isOk)
    await told.ask('again', endTxn, told.version, asked, { settles: true })
    const other = (side: SideIndex) => ({ ...done(side), committed: !committed })
    await told.ask('again, the other way', endTxn, told.version, other, { settles: true })
  }
}

async function writingMarkers(told: Telling): Promise<void> {
  const topic = told.name('t')
  await told.topic(topic)
  const fresh = async () => {
    const producers = await written(told, topic)
    const topics = [{ name: topic, partitionIndexes: [0] }]
    return (side: SideIndex) => {
      const { producerId, producerEpoch } = producers(side)
      const marker = { producerId, producerEpoch: producerEpoch + 1, transactionResult: false, topics }
      return { markers: [{ ...marker, coordinatorEpoch: 0, transactionVersion: 2 }] }
    }
  }
  // Kafka never answers what is written in a version of transactions that it does not know.
  await told.askWithMutants(writeTxnMarkers, fresh, { except: ['markers[0].transactionVersion'] })
}

async function writingRecords(told: Telling): Promise<void> {
  const topic = told.name('t')
  const ids = await told.topic(topic)
  const asks = async (title: string, producers: Producers, change: Partial<Producer> = {}) => {
    const asked = (side: SideIndex) => writing({ ...producers(side), ...change }, topic, ids[side])
    await told.ask(title, produce, told.version, asked)
  }
  const producers = await initialized(told)
  await asks('what was not added', producers)
  const added = await begun(told, topic)
  await asks('of another epoch', added, { producerEpoch: 7 })
  await asks('of another producer', added, { producerId: 9_999 })
  await asks('of an unknown transaction', added, { transactionalId: told.name('tx') })
  await asks('of no transaction', added, { transactionalId: '' })
  await asks('what was added', added)
  await asks('again', added)
}

/** What a fetch brings bears the time of markers, so it is the offsets that are compared. */
async function reading(told: Telling): Promise<void> {
  const topic = told.name('t')
  await told.topic(topic)
  const ended = await written(told, topic)
  await told.prepare(endTxn, firstGeneration, (side) => ({ ...ended(side), committed: false }), isOk)
  // The marker is written after the end was answered.
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1 }]
  const end = { replicaId: -1, isolationLevel: 1, topics: [{ name: topic, partitions }] }
  await told.prepare(listOffsets, 5, end, ({ topics }) => topics[0]!.partitions[0]!.offset === 2)
  await written(told, topic)
  for (const isolationLevel of [0, 1]) {
    for (const timestamp of [-1, -2, 1_700_000_000_000]) {
      const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp }]
      const asked = { replicaId: -1, isolationLevel, topics: [{ name: topic, partitions }] }
      await told.ask(`at ${timestamp}, isolation ${isolationLevel}`, listOffsets, told.version, asked)
    }
  }
}

async function describing(told: Telling): Promise<void> {
  const topic = told.name('t')
  await told.topic(topic)
  const producers = await written(told, topic)
  const { transactionalId } = producers(0)
  const topics = [
    { name: topic, partitionIndexes: [0, 1] },
    { name: 'nowhere', partitionIndexes: [0] },
    { name: 'not a name', partitionIndexes: [0] },
  ]
  const transactionalIds = [transactionalId, 'unknown', '']
  const look = async (when: string) => {
    await told.ask(`producers ${when}`, describeProducers, 0, { topics }, { settles: true })
    await told.ask(`transactions ${when}`, describeTransactions, 0, { transactionalIds }, { settles: true })
  }
  await look('while it is under way')
  await told.prepare(endTxn, 5, (side) => ({ ...producers(side), committed: true }), isOk)
  await look('once it is committed')
  await told.askWithMutants(describeTransactions, () => ({ transactionalIds: [transactionalId] }), { settles: true })
}

async function describingProducers(told: Telling): Promise<void> {
  const name = told.name('t')
  await told.topic(name)
  await written(told, name)
  await told.askWithMutants(describeProducers, () => ({ topics: [{ name, partitionIndexes: [0] }] }), { settles: true })
}

async function listing(told: Telling): Promise<void> {
  const topic = told.name('t')
  await told.topic(topic)
  const producers = await begun(told, topic)
  const transactionalIdPattern = told.version < 2 ? null : `${producers(0).transactionalId}`
  await told.askWithMutants(listTransactions, () => (side) => ({
    stateFilters: ['Ongoing', 'Empty'],
    producerIdFilters: [producers(side).producerId],
    durationFilter: 0,
    transactionalIdPattern,
  }))
}

export const transactionStories: readonly Story[] = [
  story(initProducerId, 'in transactions', initializing, [0, 5]),
  story(initProducerId, 'fencing', fencing, [4, 5]),
  story(addPartitionsToTxn, 'partitions', addingPartitions),
  story(addOffsetsToTxn, 'offsets', addingOffsets),
  story(txnOffsetCommit, 'offsets', committingOffsets),
  story(endTxn, 'the end', ending),
  story(writeTxnMarkers, 'markers', writingMarkers),
  story(produce, 'in transactions', writingRecords),
  story(listOffsets, 'around transactions', reading, [2, 11]),
  story(describeTransactions, 'one transaction', describing),
  story(describeProducers, 'of a partition', describingProducers),
  story(listTransactions, 'filters', listing),
]
