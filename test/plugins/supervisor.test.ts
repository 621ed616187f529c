/** What becomes of a plugin after it failed. When that is, is told by the table of its life. */
import * as assert from 'uvu/assert'
import { chaos } from '../support/components.ts'
import { judged, startHost } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('keeping a plugin running', 10)
const path = await chaos()

test('many bad records with good ones between them do not stop the plugin', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path }])
  const failed = await judged(host, ['ok', 'T', 'ok', 'T', 'ok', 'T', 'ok', 'T', 'ok'])
  assert.equal(
    failed.map((line) => line[0]),
    ['1', '3', '5', '7'],
  )
  assert.is(host.status()[0]!.state, 'running')
})

test('while a plugin that failed twice in a row waits, records fail at once, and then it is back', async (cleanup) => {
  const noJitter = { bytes: (count: number) => Buffer.alloc(count) }
  const { host, lines } = await startHost(cleanup, [{ name: 'bad', path }], { random: noJitter })
  const failed = await judged(host, ['T', 'T', 'ok'])
  assert.match(failed[2]!, '2: the plugin is being restarted after a failure: on-record failed (trap)')
  assert.is(host.status()[0]!.state, 'backing-off')
  await new Promise((resolve) => setTimeout(resolve, 1300))
  assert.equal(await judged(host, ['ok', 'No']), ['1: the value says no'])
  assert.equal(
    lines()
      .filter((line) => line.startsWith('error'))
      .map((line) => line.split('; ')[1]),
    ['restarting at once', 'restarting in 1000 ms'],
  )
})

test('after max_failures in a row a plugin is quarantined', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ name: 'bad', path, maxFailures: 2 }])
  const failed = await judged(host, ['T', 'T', 'ok'])
  assert.match(failed[2]!, '2: the plugin is quarantined after 2 failures: on-record failed (trap)')
  assert.match(lines().at(-1)!, /; quarantined after 2 failures in a row$/)
  assert.is(host.status()[0]!.state, 'quarantined')
  assert.match((await judged(host, ['ok']))[0]!, '0: the plugin is quarantined')
})

test('with on_error accept, a quarantined plugin lets everything pass', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path, maxFailures: 1, onError: 'accept' }])
  assert.equal(await judged(host, ['T', 'No', 'ok']), [])
  assert.is(host.status()[0]!.state, 'quarantined')
})

test('a host can be closed while a plugin hangs, restarts or waits to be restarted', async (cleanup) => {
  const hanging = await startHost(cleanup, [{ path, timeoutMs: 200 }])
  const answer = judged(hanging.host, ['L', 'ok'])
  await hanging.host.close()
  assert.match((await answer)[0]!, 'on-record failed (timeout)')

  const waiting = await startHost(cleanup, [{ path }])
  await judged(waiting.host, ['T', 'T'])
  await waiting.host.close()
  assert.is(waiting.host.status()[0]!.state, 'stopped')
})

test.run()
