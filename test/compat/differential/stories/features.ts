/** Features at a lower level than they begin with: what is no longer served then, and what is. */
import { alterShareGroupOffsets } from '../../../../src/protocol/messages/alter-share-group-offsets.ts'
import { apiVersions } from '../../../../src/protocol/messages/api-versions.ts'
import { consumerGroupDescribe } from '../../../../src/protocol/messages/consumer-group-describe.ts'
import { consumerGroupHeartbeat } from '../../../../src/protocol/messages/consumer-group-heartbeat.ts'
import { deleteShareGroupOffsets } from '../../../../src/protocol/messages/delete-share-group-offsets.ts'
import { describeShareGroupOffsets } from '../../../../src/protocol/messages/describe-share-group-offsets.ts'
import { describeTransactions } from '../../../../src/protocol/messages/describe-transactions.ts'
import { endTxn } from '../../../../src/protocol/messages/end-txn.ts'
import { produce } from '../../../../src/protocol/messages/produce.ts'
import { shareAcknowledge } from '../../../../src/protocol/messages/share-acknowledge.ts'
import { shareFetch } from '../../../../src/protocol/messages/share-fetch.ts'
import { shareGroupDescribe } from '../../../../src/protocol/messages/share-group-describe.ts'
import { shareGroupHeartbeat } from '../../../../src/protocol/messages/share-group-heartbeat.ts'
import { updateFeatures } from '../../../../src/protocol/messages/update-features.ts'
import { type Story, story, type Telling } from '../telling.ts'
import { beat } from './share-readers.ts'
import { begun, initialized, writing } from './transactions.ts'

const timeoutMs = 5_000
const [upgrade, downgrade] = [1, 2]
const client = { clientSoftwareName: 'compat', clientSoftwareVersion: '1.0' }
/** Once is enough. */
const newest = [2, 2] as const

/** Raised again at the end, whatever happens. */
async function lowered(told: Telling, feature: string, highest: number, level: number, tell: () => Promise<void>) {
  const set = async (maxVersionLevel: number, upgradeType: number) => {
    const featureUpdates = [{ feature, maxVersionLevel, allowDowngrade: false, upgradeType }]
    await told.prepare(updateFeatures, 2, { timeoutMs, featureUpdates }, ({ errorCode }) => errorCode === 0)
    // The one that is asked learns of it a little after.
    await told.prepare(apiVersions, 4, client, ({ finalizedFeatures }) => {
      return (finalizedFeatures.find(({ name }) => name === feature)?.maxVersionLevel ?? 0) === maxVersionLevel
    })
  }
  await set(level, downgrade)
  try {
    await tell()
  } finally {
    await set(highest, upgrade)
  }
}

const consumerGroups = story(
  updateFeatures,
  'without consumer groups',
  async (told) => {
    await lowered(told, 'group.version', 1, 0, async () => {
      const groupId = told.name('g')
      const joining = { groupId, memberId: 'm', memberEpoch: 0, rebalanceTimeoutMs: 1, topicPartitions: [] }
      await told.ask('a heartbeat', consumerGroupHeartbeat, 1, { ...joining, subscribedTopicNames: ['t'] })
      await told.ask('a description', consumerGroupDescribe, 1, { groupIds: [groupId, ''] })
    })
  },
  newest,
)

const shareGroups = story(
  updateFeatures,
  'without share groups',
  async (told) => {
    const topicName = told.name('t')
    await told.topic(topicName)
    await lowered(told, 'share.version', 2, 0, async () => {
      const groupId = told.name('s')
      const topics = [{ topicName, partitions: [0] }]
      const startOffsets = [{ topicName, partitions: [{ partitionIndex: 0, startOffset: 0 }] }]
      const session = { groupId, memberId: 'm', shareSessionEpoch: 0 }
      await told.ask('a heartbeat', shareGroupHeartbeat, 1, beat(groupId, 'm', 0, [topicName]))
      await told.ask('a description', shareGroupDescribe, 1, { groupIds: [groupId, ''] })
      await told.ask('a fetch', shareFetch, 2, session)
      await told.ask('acknowledgements', shareAcknowledge, 2, session)
      await told.ask('offsets', describeShareGroupOffsets, 1, { groups: [{ groupId, topics }] })
      await told.ask('new offsets', alterShareGroupOffsets, 0, { groupId, topics: startOffsets })
      await told.ask('no offsets', deleteShareGroupOffsets, 0, { groupId, topics: [{ topicName }] })
    })
  },
  newest,
)

/** Kafka answers before they are, and what is written meanwhile comes before them. */
async function markersWritten(told: Telling, producers: Awaited<ReturnType<typeof begun>>): Promise<void> {
  const asked = (side: 0 | 1) => ({ transactionalIds: [producers(side).transactionalId] })
  await told.prepare(describeTransactions, 0, asked, ({ transactionStates: [told] }) => {
    return !told!.transactionState.startsWith('Prepare')
  })
}

/** Kafka takes a producer for busy after it was refused once, so each asks only once. */
const transactions = story(
  updateFeatures,
  'of transactions',
  async (told) => {
    const topic = told.name('t')
    await told.topic(topic)
    for (const level of [1, 0]) {
      await lowered(told, 'transaction.version', 2, level, async () => {
        const added = await begun(told, topic)
        const title = (what: string) => `at level ${level}, ${what}`
        const write = (producers: typeof added) => (side: 0 | 1) => writing(producers(side), topic)
        await told.ask(title('a record of a partition that was added'), produce, 12, write(added))
        const ending = (producers: typeof added) => (side: 0 | 1) => ({ ...producers(side), committed: true })
        await told.ask(title('the end, of the second generation'), endTxn, 5, ending(added))
        await markersWritten(told, added)
        const adding = await initialized(told)
        await told.ask(title('a record that would add its partition'), produce, 12, write(adding))
        const nothing = await initialized(told)
        await told.ask(title('the end of nothing'), endTxn, 5, (side) => ({ ...nothing(side), committed: false }))
        const first = await begun(told, topic)
        await told.ask(title('the end, of the first generation'), endTxn, 4, ending(first))
        const asked = (side: 0 | 1) => ({ transactionalIds: [first(side).transactionalId] })
        await told.ask(title('what became of it'), describeTransactions, 0, asked, { settles: true })
      })
    }
  },
  newest,
)

export const featureStories: readonly Story[] = [consumerGroups, shareGroups, transactions]
