/** Records on the way to a consumer, where a plugin wants to see them. */
import * as assert from 'uvu/assert'
import { Outlet } from '../../src/handlers/outlet.ts'
import { KAFKA_STORAGE_ERROR, UNKNOWN_SERVER_ERROR, NONE } from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { compressionTypes, readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import { silent } from '../../src/base/logger.ts'
import { testBroker } from '../support/broker.ts'
import { batchOf, fetchRequest, produceTo, topicOf, valuesOf } from '../support/produced.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { suite } from '../support/suite.ts'

const test = suite('outlet')
const client = { id: 'me', principal: null }
const from = { topic: 'a', index: 0 }

function outletOf(uncompressedBytesMax = 10_000) {
  const judge = new ScriptedJudge()
  judge.viewed.add('a')
  return { judge, outlet: new Outlet({ judge, uncompressedBytesMax, logger: silent }) }
}

async function shown(views: readonly Buffer[]): Promise<readonly Buffer[]> {
  const found = await outletOf().outlet.show(from, views, client)
  assert.ok(Array.isArray(found))
  return found
}

test('batches that are not changed stay views of what is stored', async () => {
  const [one, two] = [Buffer.concat([batchOf(['a']), batchOf(['b'])]), batchOf(['c'])]
  const views = await shown([one, two])
  assert.is(views[0], one)
  assert.is(views[1], two)
})

test('between them, those that are changed are made anew', async () => {
  const [a, b, c, d] = [batchOf(['a']), batchOf(['now bb']), batchOf(['c']), batchOf(['d'])]
  const view = Buffer.concat([a, b, c, d])
  const views = await shown([view])
  assert.equal(valuesOf(views), ['a', 'bb', 'c', 'd'])
  assert.is(views.length, 3)
  assert.equal([views[0]!.buffer, views[2]!.buffer], [view.buffer, view.buffer])
  assert.is(views[0]!.length + views[2]!.length, view.length - b.length)
  assert.equal(valuesOf([view]), ['a', 'now bb', 'c', 'd'], 'what is stored stays as it is')
})

test('what is hidden leaves its offset, and the batch its span of offsets', async () => {
  for (const compression of compressionTypes) {
    const options = { baseOffset: 10, compression }
    const views = await shown([
      batchOf(['x', 'hide', 'now z'], options),
      batchOf(['hide'], { ...options, baseOffset: 13 }),
    ])
    const batches = views.map((bytes) => readBatch(bytes))
    assert.equal(
      batches.map(({ baseOffset, lastOffsetDelta, recordCount }) => [baseOffset, lastOffsetDelta, recordCount]),
      [
        [10, 2, 2],
        [13, 0, 0],
      ],
    )
    const [first] = batches
    assert.is(first!.compression, compression)
    const records = [...recordsIn(recordsSection(first!), first!)].map(({ offset, value }) => `${offset} ${value}`)
    assert.equal(records, ['10 x', '12 z'])
  }
})

test('control batches, and those of which compaction left nothing, are not shown', async () => {
  const { judge, outlet } = outletOf()
  const empty = (await shown([batchOf(['hide'])]))[0]!
  await outlet.show(from, [batchOf(['hide'], { isControl: true }), empty], client)
  assert.equal(judge.seen, [])
})

test('more than a batch may be is not sent', async () => {
  const { outlet } = outletOf(50)
  const refused = await outlet.show(from, [batchOf([`now ${'x'.repeat(60)}`.slice(0, 30)])], client)
  assert.ok(Array.isArray(refused))
  const judge = new ScriptedJudge()
  judge.view = async () => ({
    refusals: [],
    dropped: [],
    throttleMs: 0,
    replacements: new Map([[0, { key: null, value: Buffer.alloc(100), headers: [], timestamp: 0 }]]),
  })
  const small = new Outlet({ judge, uncompressedBytesMax: 50, logger: silent })
  const error = await small.show(from, [batchOf(['x'])], client)
  assert.is('code' in error && error.code, UNKNOWN_SERVER_ERROR.code)
})

test('what a plugin fails over is an error that consumers retry, and what is before it comes through', async () => {
  const { outlet } = outletOf()
  const [fine, changed, bad] = [batchOf(['a']), batchOf(['now b']), batchOf(['c', 'fail'])]
  const error = await outlet.show(from, [bad, fine], client)
  assert.equal(error, KAFKA_STORAGE_ERROR.because("plugin 'p' failed: trapped"))
  assert.is(KAFKA_STORAGE_ERROR.isRetriable, true)
  for (const before of [[fine], [changed], [fine, changed], [changed, fine, fine]]) {
    const whole = [Buffer.concat([...before, bad, fine])]
    const apart = [...before, bad, fine]
    const expected = valuesOf(await shown(before))
    for (const views of [whole, apart]) assert.equal(valuesOf(await shown(views)), expected)
  }
})

test('a fetch is answered with what plugins leave of it, and says who reads', async ({ after }) => {
  const judge = new ScriptedJudge()
  const broker = testBroker({ judge: Object.assign(judge, { wants: () => false }) })
  after(broker.close)
  const topics = ['seen', 'unseen'].map((name) => topicOf(broker, name))
  judge.viewed.add('seen')
  for (const { name } of topics) await produceTo(broker, name, batchOf(['x', 'hide', 'now y']))
  for (const version of [4, 12, 17]) {
    const asked = topics.flatMap((topic) => fetchRequest(topic, [{}]).topics ?? [])
    const answer = await broker.request(fetch, version, { maxBytes: 1 << 20, topics: asked }, { clientId: 'reader' })
    const partitions = answer.responses.map((one) => one.partitions[0]!)
    assert.equal(
      partitions.map(({ errorCode, highWatermark, records }) => [errorCode, highWatermark, valuesOf(records)]),
      [
        [NONE.code, 3, ['x', 'y']],
        [NONE.code, 3, ['x', 'hide', 'now y']],
      ],
    )
  }
  assert.equal(judge.seen, Array(3).fill('reader 0: x,hide,now y'))
})

test('a long poll that ends is shown, too', async ({ after }) => {
  const judge = new ScriptedJudge()
  const broker = testBroker({ judge: Object.assign(judge, { wants: () => false }) })
  after(broker.close)
  const topic = topicOf(broker, 'seen')
  judge.viewed.add('seen')
  const waiting = broker.request(fetch, 12, fetchRequest(topic, [{}], { maxWaitMs: 1000, minBytes: 1 }))
  await produceTo(broker, 'seen', batchOf(['hide', 'x']))
  const answer = await waiting
  assert.equal(valuesOf(answer.responses[0]!.partitions[0]!.records), ['x'])
})

test.run()
