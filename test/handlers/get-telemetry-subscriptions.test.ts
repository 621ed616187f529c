import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { NONE, THROTTLING_QUOTA_EXCEEDED } from '../../src/protocol/errors.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { getTelemetrySubscriptions } from '../../src/protocol/messages/get-telemetry-subscriptions.ts'
import { pushTelemetry } from '../../src/protocol/messages/push-telemetry.ts'
import { suite } from '../support/suite.ts'
import { intervalMs, telling } from '../support/telemetry.ts'

const test = suite('GetTelemetrySubscriptions')

test('a client that begins is given an id, and told which of its metrics are wanted how often', async ({ after }) => {
  const { subscribe, ask } = telling(after)
  subscribe({ metrics: 'a.,b.', 'interval.ms': '1000', match: 'client_id=app' })
  const meant = await ask()
  assert.not.equal(meant.clientInstanceId, ZERO_UUID)
  assert.equal([meant.errorCode, meant.requestedMetrics, meant.pushIntervalMs], [NONE.code, ['a.', 'b.'], 1000])
  const other = await ask(ZERO_UUID, 'another')
  assert.equal([other.requestedMetrics, other.pushIntervalMs], [[], 300_000])
})

test('who asks before the interval is over is told to wait, unless what is asked of it changed', async ({ after }) => {
  const { broker, subscribe, ask } = telling(after)
  subscribe({ metrics: '*' })
  const { clientInstanceId: id, subscriptionId } = await ask()
  assert.is((await ask(id)).errorCode, THROTTLING_QUOTA_EXCEEDED.code)
  broker.clock.advance(intervalMs)
  assert.is((await ask(id)).subscriptionId, subscriptionId)
  subscribe({ metrics: 'a' })
  assert.not.equal((await ask(id)).subscriptionId, subscriptionId)
})

test('clients hear that they can push once something is wanted of them', async ({ after }) => {
  const { broker, subscribe } = telling(after)
  const told = async () => {
    const { apiKeys } = await broker.request(apiVersions, 0, {})
    return apiKeys.filter(({ apiKey }) => apiKey === getTelemetrySubscriptions.key || apiKey === pushTelemetry.key)
      .length
  }
  assert.is(await told(), 0)
  subscribe({ metrics: '*' })
  assert.is(await told(), 2)
})

test.run()
