import * as assert from 'uvu/assert'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { kafkajs, producing, readAll } from '../support/kafkajs.ts'
import { demoPath, guardPath, plugin, start } from '../support/running.ts'
import { suite } from '../support/suite.ts'
import { produceVersion, producing as producingTo, wire } from '../support/wire.ts'

const test = suite('one way in', 15)

const binary = Buffer.from(Array.from({ length: 256 }, (_, index) => index))

/** A record in the words of kafkajs, and in those of the HTTP API. */
const record = {
  key: binary,
  value: Buffer.concat([binary, Buffer.from('and text: äöü €')]),
  headers: { text: 'plain', binary },
}
const base64 = (bytes: Buffer) => ({ base64: bytes.toString('base64') })
const recordAsJson = {
  key: base64(record.key),
  value: base64(record.value),
  headers: { text: 'plain', binary: base64(binary) },
}

type Shown = { readonly records: Readonly<Record<'accepted' | 'refused' | 'failed', number>> }

test('a record passes each plugin once and is read back byte for byte, whichever way it came', async (cleanup) => {
  const { broker, brokers, get, post } = await start(cleanup, { plugins: [plugin(demoPath), plugin(guardPath)] })
  const accepted = () => broker.plugins.map(({ records }) => records.accepted)
  const kafka = kafkajs(brokers)
  const producer = await producing(cleanup, kafka)

  await producer.send({ topic: 't', messages: [record] })
  assert.equal(accepted(), [1, 1])
  const { status, json } = await post('/produce', { topic: 't', ...recordAsJson })
  assert.is(status, 200)
  assert.is(json.offset, 1)
  assert.equal(accepted(), [2, 2])

  const read = await readAll(cleanup, kafka, 't', 2)
  for (const { key, value, headers } of read) {
    assert.equal(key, record.key)
    assert.equal(value, record.value)
    assert.equal(headers?.text, Buffer.from('plain'))
    assert.equal(headers?.binary, binary)
  }
  const { records } = (await get('/fetch?topic=t')).json
  const headers = Object.entries(recordAsJson.headers).map(([key, value]) => ({ key, value }))
  for (const { key, value, headers: shown } of records) {
    assert.equal({ key, value, headers: shown }, { key: recordAsJson.key, value: recordAsJson.value, headers })
  }
  const { plugins } = (await get('/plugins')).json
  assert.equal(
    plugins.map(({ records: { accepted, refused, failed } }: Shown) => [accepted, refused, failed]),
    [
      [2, 0, 0],
      [2, 0, 0],
    ],
    'reading asks no plugin',
  )
})

test('a retry of an idempotent producer is answered with the first offset, and reaches no plugin', async (cleanup) => {
  const { broker, brokers } = await start(cleanup, { plugins: [plugin(guardPath)], bootTopics: ['t'] })
  const { send, answer } = await wire(cleanup, brokers[0]!)
  send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 })
  const { producerId, producerEpoch } = await answer(initProducerId, 4)
  const records = ['a', 'b'].map((value) => ({ timestamp: Date.now(), key: null, value: Buffer.from(value) }))
  const batch = encodeBatch(records, { producerId, producerEpoch, baseSequence: 0 })
  for (const _try of [1, 2, 3]) {
    send(produce, produceVersion, producingTo('t', batch))
    const { responses } = await answer(produce, produceVersion)
    const told = responses[0]!.partitionResponses[0]!
    assert.equal([told.errorCode, told.baseOffset], [0, 0])
  }
  assert.is(broker.plugins[0]!.records.accepted, 2)
})

test('a record refused over HTTP is a 422 with the plugin and its reason', async (cleanup) => {
  const { post, get } = await start(cleanup, { plugins: [plugin(guardPath)] })
  const { status, json } = await post('/produce', { topic: 'sensitive-t', value: 'no key' })
  assert.is(status, 422)
  assert.match(json.error.message, /guard\.wasm.*without a key/)
  assert.is((await get('/fetch?topic=sensitive-t')).json.records.length, 0)
})

test.run()
