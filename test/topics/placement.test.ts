import * as assert from 'uvu/assert'
import { type PlacedBroker, placed } from '../../src/topics/placement.ts'
import { suite } from '../support/suite.ts'

const test = suite('placement')

function brokers(racks: readonly (string | null)[], ...gone: number[]): PlacedBroker[] {
  return racks.map((rack, index) => ({ id: index + 1, rack, isThere: !gone.includes(index + 1) }))
}

test('without racks leaders go round the brokers, and followers are the next ones', () => {
  assert.equal(placed(brokers([null, null, null]), 4, 2, 0), [
    [1, 2],
    [2, 3],
    [3, 1],
    [1, 2],
  ])
  assert.equal(placed(brokers([null, null, null]), 1, 3, 1), [[2, 3, 1]])
})

test('each replica is on a rack of its own while there are enough', () => {
  const racks = ['a', 'a', 'b', 'b', 'c', 'c']
  const rackOf = (id: number) => racks[id - 1]
  for (let first = 0; first < 6; first++) {
    const places = placed(brokers(racks), 12, 3, first)
    for (const ids of places) assert.is(new Set(ids.map(rackOf)).size, 3)
    const leads = new Map<number, number>()
    for (const [leader] of places) leads.set(leader!, (leads.get(leader!) ?? 0) + 1)
    assert.equal([...leads.keys()].sort(), [1, 2, 3, 4, 5, 6])
    assert.equal([...new Set(leads.values())], [2])
  }
})

test('a rack has two of the replicas where there are too few racks, never a broker', () => {
  for (const ids of placed(brokers(['a', 'a', 'b']), 6, 3, 0)) assert.equal([...ids].sort(), [1, 2, 3])
})

test('who is down leads nothing, and holds replicas only where the others do not suffice', () => {
  assert.equal(
    placed(brokers([null, null, null], 2), 4, 2, 0).map((ids) => [...ids].sort()),
    [
      [1, 3],
      [1, 3],
      [1, 3],
      [1, 3],
    ],
  )
  for (const ids of placed(brokers([null, null, null], 2), 3, 3, 0)) assert.is(ids[2], 2)
  for (const ids of placed(brokers(['a', 'b', 'c'], 2), 3, 1, 0)) assert.is.not(ids[0], 2)
})

test.run()
