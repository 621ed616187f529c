/** Which topics a plugin may have handed to it, and that the broker knows before the call returns. */
import * as assert from 'uvu/assert'
import { subscribeImports, subscriptionsMax } from '../../../src/plugins/capabilities/subscribe-import.ts'
import { fakeEnvironment, thrownBy } from '../../support/fake-calls.ts'
import { startGuest } from '../../support/guest.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/subscribe-import', 60)

function subscriberFor(topics: readonly string[]) {
  const { environment, calls } = fakeEnvironment({ subscribe: { topics } })
  const imports = subscribeImports(environment)['blink:plugin/subscribe']
  return { ...(imports as Record<'subscribe' | 'unsubscribe', (topics: string) => void>), calls }
}

test('a subscription must be covered by what was granted', () => {
  const table: readonly (readonly [granted: string, allowed: string, refused: string])[] = [
    ['orders', 'orders', 'order orders-eu orders* *'],
    ['orders-*', 'orders-eu orders-* orders-*-x', 'orders* orders order-* * x-orders-*'],
    ['*', 'a * a*b', ''],
    ['a*c', 'abc a*c a*b*c', 'a* *c a*b'],
    ['/orders-[^0-9]+/', '', 'orders-* *'],
  ]
  for (const [granted, allowed, refused] of table) {
    const { subscribe } = subscriberFor([granted])
    for (const topics of allowed.split(' ').filter(Boolean)) subscribe(topics)
    for (const topics of refused.split(' ').filter(Boolean)) {
      const expected = `it may not read ${topics}: name it in \`capabilities: subscribe: topics\` of its settings`
      assert.is(
        thrownBy(() => subscribe(topics)),
        expected,
        `${granted}: ${topics}`,
      )
    }
  }
})

test('what is no name of topics is refused', () => {
  const { subscribe, calls } = subscriberFor(['*'])
  for (const topics of ['', '/a/', 'a b', 'a,b', 'é', 'x'.repeat(250)]) {
    assert.match(String(thrownBy(() => subscribe(topics))), /is no name of topics: use letters, digits/)
  }
  assert.equal(calls, [])
})

test('the broker is asked once for each, and told of the end', () => {
  const { subscribe, unsubscribe, calls } = subscriberFor(['*'])
  subscribe('a*')
  subscribe('a*')
  unsubscribe('b')
  unsubscribe('a*')
  unsubscribe('a*')
  assert.equal(calls, [
    ['ask', 'subscribe', 'a*'],
    ['ask', 'unsubscribe', 'a*'],
  ])
})

test('subscriptions are bounded', () => {
  const { subscribe, unsubscribe } = subscriberFor(['*'])
  for (let index = 0; index < subscriptionsMax; index++) subscribe(`t${index}`)
  assert.is(
    thrownBy(() => subscribe('more')),
    'it has 100 subscriptions; unsubscribe from some',
  )
  unsubscribe('t0')
  subscribe('more')
})

test('a component subscribes, and hears why when it may not', async (cleanup) => {
  const heard: string[] = []
  const own = {
    subscribe: (topics: string) => {
      heard.push(`+${topics}`)
    },
    unsubscribe: (topics: string) => {
      heard.push(`-${topics}`)
    },
  }
  const { run } = await startGuest(cleanup, { subscribe: { topics: ['orders-*'] } }, { own })
  const refused = await run("subscribe('orders-*'); unsubscribe('orders-*'); subscribe('other')")
  assert.is(refused.error, 'it may not read other: name it in `capabilities: subscribe: topics` of its settings')
  assert.equal(heard, ['+orders-*', '-orders-*'])
})

test.run()
