import * as assert from 'uvu/assert'
import { faultOf } from '../../src/commands/faults.ts'
import { terminal } from '../support/commands.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { mistake } from '../support/workshop-shell.ts'

const test = suite('blink faults, clock and reset', 15)

async function opened(cleanup: Cleanup) {
  const { broker, brokers } = await start(cleanup)
  return terminal(cleanup, { brokers, http: `http://127.0.0.1:${broker.httpPort}/` })
}

test('a fault is read from words', async () => {
  assert.equal(faultOf(['api=Produce,Fetch', 'partition=0', 'down=true', 'delay=200ms', 'probability=0.5']), {
    api: ['Produce', 'Fetch'],
    partition: 0,
    down: true,
    delay: '200ms',
    probability: 0.5,
  })
  assert.match((await mistake(() => faultOf(['api']))).message, /^api is no fault: write key=value/)
  assert.match((await mistake(() => faultOf(['api=a', 'api=b']))).message, /^api is said twice: write api=a,b/)
})

test('a fault is added, strikes, is listed and cleared', async (cleanup) => {
  const { ask, blink, out } = await opened(cleanup)
  assert.equal((await blink('faults', 'list')).told, ['no faults'])
  const added = await blink(
    'faults',
    'add',
    'name=f',
    'api=Produce',
    'error=NOT_LEADER_OR_FOLLOWER',
    'times=2',
    'delay=1',
  )
  assert.match(added.told[0]!, /^added f: api=Produce .*times=2$/)
  // The client tries again until the fault is spent.
  assert.is((await ask(['produce', 't'], { input: 'x\n' })).code, 0)
  assert.match(await out('faults', 'list'), /^fault +state +hits +left +what\nf +spent +2 +0 +api=Produce .*delay=1ms/)
  assert.is(JSON.parse(await out('faults', 'show', 'f')).hits, 2)
  assert.equal((await blink('faults', 'clear', 'f')).told, ['cleared f'])
  assert.is((await blink('faults', 'clear', 'f')).code, 1)
  assert.equal((await blink('faults', 'clear')).told, ['cleared all faults'])
  const wrong = await blink('faults', 'add', 'nonsense=1')
  assert.match(wrong.told[0]!, /^blink: nonsense is no field; use name, api/)
})

test('the clock is frozen, moved on, set and let go', async (cleanup) => {
  const { blink, out } = await opened(cleanup)
  assert.match(await out('clock', 'show'), /^\S+Z {2}running\n$/)
  assert.match(await out('clock', 'freeze'), / frozen/)
  assert.match(await out('clock', 'set', '2100-01-01T00:00:00Z'), /^2100-01-01T00:00:00\.000Z {2}frozen, /)
  assert.match(await out('clock', 'advance', '10m'), /^2100-01-01T00:10:00\.000Z {2}frozen/)
  assert.match(JSON.parse(await out('clock', 'resume', '--json')).state, /running/)
  assert.is((await blink('clock', 'advance', 'x')).code, 2)
  assert.is((await blink('clock', 'set', 'tomorrow')).code, 1)
})

test('a reset leaves what the settings make', async (cleanup) => {
  const { ask, blink, out } = await opened(cleanup)
  await ask(['produce', 't'], { input: 'x\n' })
  assert.equal((await blink('reset')).told, ['reset: 0 topics, 0 groups'])
  assert.is(await out('topics', 'list', '--json'), '')
  assert.is(JSON.parse(await out('reset', '--json')).topics, 0)
})

test.run()
