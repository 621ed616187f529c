/** Records that members of share groups acquire and acknowledge. */
import { describeShareGroupOffsets } from '../../../../src/protocol/messages/describe-share-group-offsets.ts'
import { shareAcknowledge } from '../../../../src/protocol/messages/share-acknowledge.ts'
import { shareFetch } from '../../../../src/protocol/messages/share-fetch.ts'
import { type SideIndex, type Story, story, type Telling } from '../telling.ts'
import {
  accept,
  acknowledging,
  batches,
  configured,
  fetching,
  partitionAt,
  reader,
  reject,
  release,
  renew,
  type Said,
} from './share-readers.ts'

const sessions = story(shareFetch, 'sessions', async (told) => {
  const { version } = told
  await told.askWithMutants(shareFetch, async () => fetching(await reader(told), 0), {
    except: ['topics.partitions.acknowledgementBatches', 'maxWaitMs'],
  })
  await told.askWithMutants(shareFetch, () => acknowledgingAndForgetting(told), {
    only: ['topics.partitions.acknowledgementBatches', 'forgottenTopicsData'],
  })
  const read = await reader(told)
  const ask = (title: string, epoch: number, more: object = {}) =>
    told.ask(title, shareFetch, version, fetching(read, epoch, more))
  await ask('goes on in a session that is not there', 1)
  await ask('ends a session that is not there', -1)
  const eager = (side: SideIndex) => ({
    ...fetching(read, 0)(side),
    topics: acknowledging(read, 0, batches([0, 0, accept]))(side).topics,
  })
  await told.ask('opens with acknowledgements', shareFetch, version, eager)
  await ask('opens', 0, { topics: [] })
  await ask('asks for more', 1)
  await ask('at a wrong epoch', 1)
  await ask('asks for nothing new', 2, { topics: [] })
  const forgetting = (side: SideIndex) => ({
    ...fetching(read, 3, { topics: [] })(side),
    forgottenTopicsData: [{ topicId: read.ids[side], partitions: [0] }],
  })
  await told.ask('forgets', shareFetch, version, forgetting)
  await ask('ends', -1, { topics: [] })
  await ask('ends again', -1, { topics: [] })
  const other = await reader(told)
  const unknown = { topicId: 'YWFhYWFhYWFhYWFhYWFhYQ', partitions: [partitionAt(0)] }
  await told.ask('an unknown topic', shareFetch, version, fetching(other, 0, { topics: [unknown] }))
  await told.ask('still unknown', shareFetch, version, fetching(other, 1, { topics: [] }))
  const far = (side: SideIndex) => ({
    ...fetching(other, 2)(side),
    topics: [{ topicId: other.ids[side], partitions: [7, 0].map(partitionAt) }],
  })
  await told.ask('an unknown partition beside one that is there', shareFetch, version, far)
  const nobody = { ...other, groupId: told.name('s') }
  await told.ask('of a group that is not there', shareFetch, version, fetching(nobody, 0))
})

/** The second request of a session: it accepts what the first was given, and wants no more of the partition. */
async function acknowledgingAndForgetting(told: Telling) {
  const read = await reader(told)
  await told.prepare(shareFetch, 1, fetching(read, 0), ({ responses }) => responses.length > 0)
  return (side: SideIndex) => ({
    ...fetching(read, 1)(side),
    topics: acknowledging(read, 1, batches([0, 9, accept]))(side).topics,
    forgottenTopicsData: [{ topicId: read.ids[side], partitions: [0] }],
  })
}

const acquisition = story(shareFetch, 'acquisition', async (told) => {
  const { version } = told
  const read = await reader(told, [4, 6, 10])
  const ask = (title: string, epoch: number, more: object = {}) =>
    told.ask(title, shareFetch, version, fetching(read, epoch, more))
  await ask('a few', 0, { maxRecords: 2 })
  await ask('more, in small stretches', 1, { batchSize: 3, maxRecords: 10 })
  await ask('all the rest', 2)
  await ask('nothing is left', 3)
  const said = (epoch: number, ...all: readonly Said[]) => {
    return (side: SideIndex) => ({
      ...fetching(read, epoch)(side),
      topics: acknowledging(read, 0, batches(...all))(side).topics,
    })
  }
  await told.ask('gives some back', shareFetch, version, said(4, [2, 5, release], [7, 8, release, reject]))
  await told.ask('accepts them', shareFetch, version, said(5, [0, 7, accept]))
  await told.ask('once more', shareFetch, version, said(6, [0, 7, accept]))
  await told.ask('accepts all', shareFetch, version, said(7, [9, 19, accept]))
  await told.ask('ends', shareFetch, version, fetching(read, -1))
  const limited = await reader(told, [8])
  const one = { maxRecords: 3, shareAcquireMode: 1 }
  await told.ask('no more than asked for', shareFetch, version, fetching(limited, 0, one))
  await told.ask('no more than asked for, again', shareFetch, version, fetching(limited, 1, one))
  await told.ask('a mode that there is not', shareFetch, version, fetching(limited, 2, { shareAcquireMode: 7 }))
  const tiny = await reader(told, [2, 2, 2])
  await told.ask('few bytes', shareFetch, version, fetching(tiny, 0, { maxBytes: 1 }))
  await told.ask('no bytes', shareFetch, version, fetching(tiny, 1, { maxBytes: 0 }))
  await told.ask('no records', shareFetch, version, fetching(tiny, 2, { maxRecords: 0 }))
  const late = await reader(told, [2], { 'share.auto.offset.reset': 'latest' })
  await told.ask('from the end', shareFetch, version, fetching(late, 0))
})

const redelivery = story(shareFetch, 'redelivery', async (told) => {
  const read = await reader(told, [8])
  const groups = [{ groupId: read.groupId, topics: [{ topicName: read.name, partitions: [0] }] }]
  for (let epoch = 0; epoch < 28; epoch += 2) {
    const answers = await told.ask(`delivery ${epoch / 2}`, shareFetch, told.version, fetching(read, epoch))
    const acquired = answers.map((each) => each?.responses[0]?.partitions[0]?.acquiredRecords ?? [])
    const back = acquired.map((each) =>
      each.map(({ firstOffset, lastOffset }) => ({ firstOffset, lastOffset, acknowledgeTypes: [release] })),
    )
    // Released by a request of its own: in Kafka what a fetch gives back is not there yet for that fetch.
    const released = (side: SideIndex) => acknowledging(read, epoch + 1, back[side]!)(side)
    await told.ask(`release ${epoch / 2}`, shareAcknowledge, told.version, released)
    await told.ask(`after delivery ${epoch / 2}`, describeShareGroupOffsets, 1, { groups })
  }
})

const acknowledgement = story(shareAcknowledge, 'acknowledgement', async (told) => {
  const { version } = told
  const acquired = async (count = 6) => {
    const read = await reader(told, [count])
    await told.prepare(shareFetch, 1, fetching(read, 0), ({ responses }) => responses.length > 0)
    return read
  }
  await told.askWithMutants(shareAcknowledge, async () => acknowledging(await acquired(), 1, batches([0, 5, accept])))
  const read = await acquired()
  const lag = (title: string) =>
    told.ask(title, describeShareGroupOffsets, 1, {
      groups: [{ groupId: read.groupId, topics: [{ topicName: read.name, partitions: [0] }] }],
    })
  await lag('before anything is acknowledged')
  const ask = (title: string, epoch: number, ...all: readonly Said[]) =>
    told.ask(title, shareAcknowledge, version, acknowledging(read, epoch, batches(...all)))
  await ask('in a session that begins', 0, [0, 0, accept])
  await ask('at a wrong epoch', 7, [0, 0, accept])
  await ask('the first', 1, [0, 0, accept])
  await lag('one is accepted')
  await ask('the first again', 2, [0, 0, accept])
  await ask('one of each', 3, [1, 5, accept, release, reject, 0, accept])
  await lag('one is released')
  await ask('what is not acquired', 4, [2, 2, accept])
  await ask('beyond the end', 5, [2, 9, accept])
  await ask('far beyond the end', 6, [20, 29, accept])
  await ask('backwards', 7, [3, 2, accept])
  await ask('without types', 8, [2, 2])
  await ask('with too many types', 9, [2, 3, accept, accept, accept])
  await ask('overlapping', 10, [2, 4, accept], [3, 5, accept])
  await ask('a type that there is not', 11, [2, 2, 9])
  await ask('nothing', 12)
  await told.ask('renewing', shareAcknowledge, version, acknowledging(read, 13, batches([2, 2, renew]), true))
  await told.ask(
    'renewing without saying so',
    shareAcknowledge,
    version,
    acknowledging(read, 14, batches([2, 2, renew])),
  )
  const other = { ...read, memberId: told.name('m') }
  await told.ask('by somebody', shareAcknowledge, version, acknowledging(other, 1, batches([2, 2, accept])))
  const last = acknowledging(read, -1, batches([2, 2, accept]))
  await told.ask('the last', shareAcknowledge, version, last)
  await told.ask('after the last', shareAcknowledge, version, last)
})

const renewal = story(
  shareFetch,
  'renewal',
  async (told) => {
    const read = await reader(told, [6])
    await told.prepare(shareFetch, 2, fetching(read, 0), ({ responses }) => responses.length > 0)
    const still = { maxWaitMs: 0, minBytes: 0, maxBytes: 0, maxRecords: 0, isRenewAck: true }
    const renewing = (epoch: number, more: object) => (side: SideIndex) => ({
      ...fetching(read, epoch, still)(side),
      topics: acknowledging(read, 0, batches([0, 5, renew]))(side).topics,
      ...more,
    })
    await told.ask('with a wait', shareFetch, 2, renewing(1, { maxWaitMs: 100 }))
    await told.ask('as it should be', shareFetch, 2, renewing(1, {}))
    await told.ask('without saying so', shareFetch, 2, renewing(2, { isRenewAck: false, maxRecords: 1, maxBytes: 9 }))
    await configured(told, read.groupId, { 'share.renew.acknowledge.enable': 'false' })
    await told.ask('where it is off', shareFetch, 2, renewing(3, {}), { settles: false })
  },
  [2, 2],
)

export const shareRecordStories: readonly Story[] = [sessions, acquisition, redelivery, acknowledgement, renewal]
