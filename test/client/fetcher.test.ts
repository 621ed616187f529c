import * as assert from 'uvu/assert'
import { Fetcher, recordsOf } from '../../src/client/fetcher.ts'
import { endsOf, latest, offsetsAt } from '../../src/client/offsets.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { clientOf, produced, refused } from '../support/client.ts'
import { faultOf } from '../support/faults.ts'
import { start, until } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const test = suite('client: fetcher', 15)

test('it begins within a batch, and follows what comes', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null })
  const client = clientOf(cleanup, brokers)
  await produced(client, 't', ['a', 'b', 'c'])
  const read: string[] = []
  const done = new AbortController()
  const fetcher = new Fetcher(client, {
    take: (fetched) => {
      for (const { value, offset } of recordsOf(fetched)) read.push(`${offset}:${value}`)
    },
  })
  fetcher.assign([{ topic: 't', partition: 0, offset: 2 }])
  const running = fetcher.run(done.signal)
  await until('the third is read', () => read.length === 1)
  await produced(clientOf(cleanup, brokers), 't', ['d'])
  await until('what came later is read', () => read.length === 2)
  assert.equal(read, ['2:c', '3:d'])
  assert.equal(fetcher.positions(), [{ topic: 't', partition: 0, offset: 4 }])
  done.abort()
  await running
})

test('a batch that is corrupt is told, and not read', async (cleanup) => {
  const { broker, brokers } = await start(cleanup, { restPort: null })
  const client = clientOf(cleanup, brokers)
  await produced(client, 't', ['a', 'b'])
  broker.faults.add(faultOf({ api: 'Fetch', corrupt: true }))
  const fetcher = new Fetcher(client, { take: () => assert.unreachable() })
  fetcher.assign([{ topic: 't', partition: 0, offset: 1 }])
  const { message } = await refused(() => fetcher.run(new AbortController().signal))
  assert.is(
    message,
    'the batch at offset 0 of t, partition 0, is corrupt: its checksum is another; read on from offset 2',
  )
})

test('what is read may change, and a partition that stays goes on where it is', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, partitionCount: 2, bootTopics: ['t'] })
  const client = clientOf(cleanup, brokers)
  const read: string[] = []
  const done = new AbortController()
  const fetcher = new Fetcher(client, {
    take: (fetched) => {
      for (const { value } of recordsOf(fetched)) read.push(`${fetched.partition}:${value}`)
    },
  })
  const running = fetcher.run(done.signal)
  await produced(clientOf(cleanup, brokers), 't', ['a'], 0)
  await produced(clientOf(cleanup, brokers), 't', ['b'], 1)
  fetcher.assign([{ topic: 't', partition: 0, offset: 0 }])
  await until('the first is read', () => read.length === 1)
  fetcher.assign([0, 1].map((partition) => ({ topic: 't', partition, offset: 0 })))
  await until('both are read', () => read.length === 2)
  assert.equal(read, ['0:a', '1:b'])
  done.abort()
  await running
})

test('what retention took is skipped, and that is told', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null })
  const client = clientOf(cleanup, brokers)
  await produced(client, 't', ['a'])
  await produced(client, 't', ['b'])
  const partitions = [{ partitionIndex: 0, offset: 1 }]
  await client.ask(deleteRecords, { topics: [{ name: 't', partitions }], timeoutMs: 1000 })
  assert.equal(await endsOf(client, [{ topic: 't', partition: 0 }]), [{ topic: 't', partition: 0, start: 1, end: 2 }])
  const told: unknown[] = []
  const done = new AbortController()
  const fetcher = new Fetcher(client, {
    take: () => done.abort(),
    skipped: ({ topic, partition }, from, to) => told.push([topic, partition, from, to]),
  })
  fetcher.assign([{ topic: 't', partition: 0, offset: 0 }])
  await fetcher.run(done.signal)
  assert.equal(told, [['t', 0, 0, 1]])
})

test('offsets by time: the first record as late, or none', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null })
  const client = clientOf(cleanup, brokers)
  await produced(client, 't', ['a', 'b'])
  const at = async (time: number) => (await offsetsAt(client, [{ topic: 't', partition: 0 }], time))[0]!.offset
  assert.equal([await at(0), await at(latest), await at(Date.now() + 60_000)], [0, 2, -1])
})

test('a broker that goes away is waited for, and then told of', async (cleanup) => {
  const { brokers, broker } = await start(cleanup, { restPort: null, bootTopics: ['t'] })
  const client = clientOf(cleanup, brokers, { timeoutMs: 50 })
  const fetcher = new Fetcher(client, { take: () => {} })
  fetcher.assign([{ topic: 't', partition: 0, offset: 0 }])
  const failed = refused(() => fetcher.run(new AbortController().signal))
  await client.leader({ topic: 't', partition: 0 })
  await broker.close()
  const { failure } = await failed
  assert.is(failure, 'unreachable')
})

test.run()
