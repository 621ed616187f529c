import * as assert from 'uvu/assert'
import { SeededRandom } from '../../../src/base/random.ts'
import { assign, type Worker } from '../../../src/coordinator/streams/sticky-assignor.ts'
import { places, type TargetTasks, targetOf } from '../../../src/coordinator/streams/tasks.ts'
import { suite } from '../../support/suite.ts'

const test = suite('sticky assignor of streams groups')

const stateful = (id: string, taskCount: number) => ({ id, inputs: ['t'], taskCount, isStateful: true })

/** `0_1 1_0` */
function tasks(text: string) {
  const all = text.split(' ').filter((task) => task !== '')
  return targetOf(all.map((task) => ({ subtopologyId: task.split('_')[0]!, partitions: [Number(task.split('_')[1])] })))
}
function worker(id: string, active = '', standby = '', processId = id): Worker {
  return { id, processId, active: tasks(active), standby: tasks(standby) }
}
const named = (kind: 'active' | 'standby', share: TargetTasks) =>
  places(share[kind])
    .map((place) => place.join('_'))
    .sort()
    .join(' ')

test('who has tasks keeps some of each subtopology when another joins', () => {
  const all = '0_0 0_1 0_2 0_3 1_0 1_1 1_2 1_3'
  const shares = assign([worker('a', all), worker('b')], [stateful('0', 4), stateful('1', 4)], 0)
  assert.is(named('active', shares.get('a')!), '0_0 0_1 1_0 1_1')
  assert.is(named('active', shares.get('b')!), '0_2 0_3 1_2 1_3')
})

test('a task goes to who keeps it warm, when nobody has it', () => {
  const shares = assign([worker('a', '0_0', '0_2'), worker('b', '', '0_1 0_3')], [stateful('0', 4)], 0)
  assert.is(named('active', shares.get('a')!), '0_0 0_2')
  assert.is(named('active', shares.get('b')!), '0_1 0_3')
})

test('a process with more members gets more tasks', () => {
  const shares = assign([worker('a', '', '', 'p'), worker('b', '', '', 'p'), worker('c')], [stateful('0', 6)], 0)
  assert.equal(
    [...shares.values()].map((share) => places(share.active).length),
    [2, 2, 2],
  )
})

test('standby tasks are in other processes, as far as there are any, and those without state have none', () => {
  const workers = [worker('a'), worker('b'), worker('c', '', '', 'a')]
  const shares = assign(workers, [stateful('0', 3), { ...stateful('1', 3), isStateful: false }], 2)
  const standby = [...shares.values()].flatMap((share) => places(share.standby))
  assert.equal(standby.map((place) => place.join('_')).sort(), ['0_0', '0_1', '0_2'], 'two processes, one replica each')
})

test('whatever happened before, every task is active once, and nobody has two more than another', () => {
  const random = new SeededRandom(7)
  const upTo = (most: number) => Math.floor(random.next() * (most + 1))
  let workers: Worker[] = [worker('0')]
  for (let round = 0; round < 200; round++) {
    const counts = [1 + upTo(7), upTo(3)]
    const shares = assign(
      workers,
      counts.map((count, id) => stateful(`${id}`, count)),
      upTo(2),
    )
    const active = [...shares.values()].map((share) => places(share.active).map(String))
    const total = counts[0]! + counts[1]!
    assert.is(new Set(active.flat()).size, total)
    assert.is(active.flat().length, total)
    const sizes = active.map(({ length }) => length)
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `round ${round}: ${sizes}`)
    for (const [id, share] of shares) {
      const both = places(share.active).filter(([each, partition]) => share.standby.get(each)?.has(partition))
      assert.equal(both, [], `${id} has a task in two ways`)
    }
    const staying = workers.filter(() => upTo(4) > 0)
    workers = staying.map(({ id, processId }): Worker => ({ id, processId, ...shares.get(id)! }))
    if (upTo(2) > 0 || workers.length === 0) workers.push(worker(`${round + 1}`))
  }
})

test.run()
