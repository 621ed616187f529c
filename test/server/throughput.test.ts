/** Counts that become rates. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { RequestMetrics } from '../../src/server/request-metrics.ts'
import { pointsMax, stepMs, Throughput } from '../../src/server/throughput.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { encodeBatch, readBatch } from '../../src/protocol/records.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('throughput')

function counted() {
  const { cluster } = testBroker()
  const clock = new ManualClock()
  let nowMs = 0
  const metrics = new RequestMetrics(() => nowMs)
  const stopping = new AbortController()
  const sources = { cluster, requests: metrics.byApi, connectionCount: () => 2, clock }
  const throughput = new Throughput(sources, stopping.signal)
  const take = (tookMs: number) => {
    const begun = metrics.begin(createTopics.key)
    nowMs += tookMs
    metrics.end(createTopics.key, begun)
  }
  const append = (count: number) => {
    const topic = cluster.topics.get('t') ?? cluster.topics.create({ name: 't', partitionCount: 1 })
    const records = Array.from({ length: count }, () => ({ timestamp: 0, key: null, value: Buffer.from('x') }))
    if ('partitions' in topic) topic.partitions[0]!.append(readBatch(encodeBatch(records)), 0)
  }
  return { cluster, clock, throughput, take, append, stopping }
}

test('a point tells how counts grew since the one before', () => {
  const { clock, throughput, take, append } = counted()
  append(100)
  for (let i = 0; i < 10; i++) take(2)
  clock.advance(stepMs)
  clock.advance(stepMs)
  const [first, second] = throughput.points
  assert.equal([first!.at_ms, first!.records_in_per_s, first!.requests_per_s, first!.connections], [stepMs, 20, 2, 2])
  assert.ok(first!.request_ms!.p50 > 1 && first!.request_ms!.p99 <= 2.5)
  assert.equal([second!.records_in_per_s, second!.requests_per_s, second!.request_ms], [0, 0, null])
})

test('the present is what has come since the last point, or, just after one, since the one before', () => {
  const { clock, throughput, append } = counted()
  clock.advance(stepMs)
  append(40)
  clock.advance(4000)
  assert.is(throughput.now.records_in_per_s, 10)
  clock.advance(2000)
  assert.is(throughput.now.records_in_per_s, 40 / 6)
})

test('a topic that is deleted makes no negative rates', () => {
  const { cluster, clock, throughput, append } = counted()
  append(100)
  clock.advance(stepMs)
  cluster.topics.delete(cluster.topics.get('t')!)
  clock.advance(stepMs)
  assert.is(throughput.points.at(-1)!.records_in_per_s, 0)
})

test('points are bounded, and end with the broker', () => {
  const { clock, throughput, stopping } = counted()
  clock.advance(stepMs * (pointsMax + 20))
  assert.is(throughput.points.length, pointsMax)
  const last = throughput.points.at(-1)!.at_ms
  stopping.abort()
  clock.advance(stepMs * 3)
  assert.is(throughput.points.at(-1)!.at_ms, last)
})

test.run()
