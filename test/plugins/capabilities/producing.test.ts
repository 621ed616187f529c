/** Records of plugins, as the broker's thread takes them up. */
import * as assert from 'uvu/assert'
import { type PluginRecord, Producing } from '../../../src/plugins/capabilities/producing.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/producing')

const record = (topic: string): PluginRecord => ({ topic, partition: null, key: null, value: null, headers: [] })

test('a record counts as waiting until it is stored', async () => {
  const stored: (() => void)[] = []
  const produce = () => new Promise<null>((resolve) => stored.push(() => resolve(null)))
  const producing = new Producing('p', produce, () => assert.unreachable('nothing was to be told'))
  const taken = [1, 2, 3].map(() => producing.take({ record: record('t'), by: [] }))
  assert.equal([...producing.waiting], [3, 3])
  stored[1]!()
  await taken[1]
  assert.is(producing.waiting[0], 2)
  for (const done of stored) done()
  await Promise.all(taken)
  assert.equal([...producing.waiting], [0, 0])
  producing.take({
    record: { ...record('t'), value: Buffer.alloc(5000), headers: [{ key: 'k', value: null }] },
    by: [],
  })
  assert.equal([...producing.waiting], [1, 5])
})

test('a record never comes by the plugin again, nor by any whose record led to it', async () => {
  const seen: (readonly string[])[] = []
  const produce = async (_record: PluginRecord, by: readonly string[]) => {
    seen.push(by)
    return null
  }
  const producing = new Producing('p', produce, () => {})
  await producing.take({ record: record('t'), by: [] })
  await producing.take({ record: record('t'), by: ['q', 'p', 'r'] })
  assert.equal(seen, [['p'], ['p', 'q', 'r']])
})

test('that a record was not stored is told, and holds up nothing', async () => {
  const told: string[] = []
  const answers = [
    async () => 'there is no such topic',
    async () => {
      throw new Error('out of room')
    },
    () => {
      throw new Error('at once')
    },
  ]
  const producing = new Producing(
    'p',
    () => answers.shift()!(),
    (message) => told.push(message),
  )
  for (let left = 3; left > 0; left--) await producing.take({ record: record('t'), by: [] })
  assert.equal(told, [
    'its record for t was not stored: there is no such topic',
    'its record for t was not stored: out of room',
    'its record for t was not stored: at once',
  ])
  assert.is(producing.waiting[0], 0)
})

test.run()
