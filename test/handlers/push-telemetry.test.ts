import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { compress } from '../../src/protocol/compression.ts'
import {
  INVALID_RECORD,
  INVALID_REQUEST,
  NONE,
  TELEMETRY_TOO_LARGE,
  THROTTLING_QUOTA_EXCEEDED,
  UNKNOWN_SUBSCRIPTION_ID,
  UNSUPPORTED_COMPRESSION_TYPE,
} from '../../src/protocol/errors.ts'
import { suite } from '../support/suite.ts'
import { intervalMs, telling } from '../support/telemetry.ts'

const test = suite('PushTelemetry')

test('what is pushed is counted, and the last of it kept', async ({ after }) => {
  const { broker, telemetry, subscribe, ask, push } = telling(after)
  subscribe({ metrics: '*' })
  const { clientInstanceId: id, subscriptionId } = await ask()
  broker.clock.advance(intervalMs)
  assert.is(await push(id, subscriptionId), NONE.code)
  assert.is(await push(id, subscriptionId), THROTTLING_QUOTA_EXCEEDED.code)
  broker.clock.advance(intervalMs)
  assert.is(await push(id, subscriptionId, { metrics: Buffer.from('more metrics') }), NONE.code)
  const [instance] = [...telemetry.instances]
  assert.equal([instance!.pushes, instance!.bytes, `${instance!.last!.metrics}`], [2, 19, 'more metrics'])
})

test('refused are other subscriptions and codecs, what is too large, and whatever comes after the end', async ({
  after,
}) => {
  const { broker, subscribe, ask, push } = telling(after)
  subscribe({ metrics: '*' })
  const { clientInstanceId: id, subscriptionId, telemetryMaxBytes } = await ask()
  const later = async (subscription: number, more = {}) => {
    broker.clock.advance(intervalMs)
    return push(id, subscription, more)
  }
  assert.is(await later(subscriptionId + 1), UNKNOWN_SUBSCRIPTION_ID.code)
  assert.is((await ask(id)).errorCode, NONE.code, 'may ask anew at once')
  assert.is(await later(subscriptionId, { compressionType: 9 }), UNSUPPORTED_COMPRESSION_TYPE.code)
  assert.is(await later(subscriptionId, { metrics: Buffer.alloc(telemetryMaxBytes + 1) }), TELEMETRY_TOO_LARGE.code)
  assert.is(await push(ZERO_UUID, subscriptionId), INVALID_REQUEST.code)
  assert.is(await push(id, subscriptionId, { terminating: true }), NONE.code, 'the last may come early')
  assert.is(await later(subscriptionId), INVALID_REQUEST.code)
})

test('what is not compressed as it says is INVALID_RECORD, and not kept', async ({ after }) => {
  const { broker, telemetry, subscribe, ask, push } = telling(after)
  subscribe({ metrics: '*' })
  const { clientInstanceId: id, subscriptionId } = await ask()
  const later = async (compressionType: number, metrics: Buffer) => {
    broker.clock.advance(intervalMs)
    return push(id, subscriptionId, { compressionType, metrics })
  }
  const metrics = Buffer.from('metrics')
  for (const type of [1, 2, 3, 4]) assert.is(await later(type, metrics), INVALID_RECORD.code)
  assert.is([...telemetry.instances][0]!.last, null)
  assert.is(await later(1, compress('gzip', metrics)), NONE.code)
  assert.is(await later(1, compress('gzip', Buffer.alloc(17 * 1024 * 1024))), TELEMETRY_TOO_LARGE.code)
})

test('of many large pushes only the newest are kept', async ({ after }) => {
  const { telemetry, subscribe, ask, push } = telling(after)
  subscribe({ metrics: '*' })
  for (let count = 0; count < 20; count++) {
    const { clientInstanceId: id, subscriptionId, telemetryMaxBytes } = await ask()
    assert.is(await push(id, subscriptionId, { metrics: Buffer.alloc(telemetryMaxBytes) }), NONE.code)
  }
  assert.equal(
    [...telemetry.instances].map(({ last }) => last !== null),
    [...Array(4).fill(false), ...Array(16).fill(true)],
  )
})

test.run()
