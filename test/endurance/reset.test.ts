/** A whole client that stays connected while its broker is reset: it takes its time to find out. */
import * as assert from 'uvu/assert'
import { createBroker } from '../../src/index.ts'
import { kafkajs } from '../support/kafkajs.ts'
import { until } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const test = suite('a client through a reset', 20)

test('a consumer that stays goes on with the group after a reset', async (cleanup) => {
  const made = await createBroker({ topics: ['t'], restPort: null })
  cleanup.after(() => made.close())
  const kafka = kafkajs([made.bootstrap])
  const consumer = kafka.consumer({ groupId: 'g', heartbeatInterval: 50, retry: { initialRetryTime: 10, retries: 10 } })
  cleanup.after(() => consumer.disconnect())
  const seen: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic: 't', fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void seen.push(`${message.value}`) })
  await made.produce('t', { value: 'before' })
  await until('it reads', () => seen.includes('before'))
  await made.reset()
  await made.produce('t', { value: 'after' })
  await until('it reads on', () => seen.includes('after'))
  assert.equal(seen, ['before', 'after'])
})

test.run()
