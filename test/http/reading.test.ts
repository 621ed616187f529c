/** Several partitions read as one. */
import * as assert from 'uvu/assert'
import { bytesOf, readLast, readPage } from '../../src/http/reading.ts'
import type { Partition } from '../../src/log/partition.ts'
import { encodeBatch, readBatch } from '../../src/protocol/records.ts'
import { startMs, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('reading')

const within = { recordsMax: 100, bytesMax: 1000 }

/** Partitions whose records have these times. */
function partitions(...times: readonly (readonly number[])[]) {
  const { cluster } = testBroker()
  const topic = cluster.topics.create({ name: 't', partitionCount: times.length })
  if ('code' in topic) throw new Error(topic.name)
  times.forEach((ofOne, index) => {
    for (const time of ofOne) {
      const record = { timestamp: startMs + time, key: null, value: Buffer.from(`${time}`) }
      topic.partitions[index]!.append(readBatch(encodeBatch([record])), startMs)
    }
  })
  const all = topic.partitions
  const page = (limits = within, offset = 0) =>
    readPage(
      all.map((partition) => ({ partition, offset })),
      null,
      limits,
      cluster,
    )
  return { cluster, all, page }
}

const shown = (found: readonly { record: { value: Buffer | null } }[]) => found.map(({ record }) => `${record.value}`)

test('a partition keeps its order though its times do not ascend', async () => {
  const { page, all, cluster } = partitions([1, 9, 3], [2, 4])
  assert.equal(shown((await page()).found), ['1', '2', '4', '9', '3'])
  // Of the ends, 4 is later than 3; then 3 is later than 2; and 9 stands before it.
  assert.equal(
    shown(
      await readLast(
        all.map((partition) => ({ partition, offset: 0 })),
        null,
        { ...within, recordsMax: 3 },
        cluster,
      ),
    ),
    ['9', '3', '4'],
  )
})

test('next says where a page that was cut goes on', async () => {
  const { page, all } = partitions([1, 2, 3], [1, 2])
  const { found, next, isComplete } = await page({ ...within, recordsMax: 3 })
  assert.equal([found.length, isComplete, all.map((one) => next.get(one))], [3, false, [2, 1]])
  assert.is((await page({ ...within, recordsMax: 5 })).isComplete, true)
})

test('where a reader is to end, he goes on, however often he looked', async () => {
  const { cluster, all } = partitions([1, 2, 3], [4, 5, 6, 7, 8])
  const places = [
    { partition: all[0]!, offset: 0, endOffset: 1 },
    { partition: all[1]!, offset: 0, endOffset: 4 },
  ]
  const { found, next, isComplete } = await readPage(places, null, within, cluster)
  assert.equal([shown(found), all.map((one) => next.get(one)), isComplete], [['1', '4', '5', '6', '7'], [1, 4], true])
})

test('what was deleted while one read is passed over', async () => {
  const { page, all } = partitions([1, 2, 3])
  all[0]!.deleteRecordsBefore(2)
  assert.equal(shown((await page()).found), ['3'])
})

test('control batches are stepped over', async () => {
  const { page, all } = partitions([1])
  const marker = { timestamp: startMs, key: Buffer.from([0, 0, 0, 1]), value: Buffer.alloc(6) }
  all[0]!.append(readBatch(encodeBatch([marker], { isControl: true, isTransactional: true })), startMs)
  const { found, next, isComplete } = await page()
  assert.equal([shown(found), next.get(all[0] as Partition), isComplete], [['1'], 2, true])
})

test('the bytes of a record are those of its key, value and headers', () => {
  const headers = [
    { key: 'ab', value: Buffer.from('c') },
    { key: 'd', value: null },
  ]
  assert.is(bytesOf({ offset: 0, timestamp: 0, key: Buffer.from('x'), value: null, headers }), 5)
})

test.run()
