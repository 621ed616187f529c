import * as assert from 'uvu/assert'
import { BatchDetails, type Details } from '../../../src/plugins/crossing/batch-details.ts'
import { suite } from '../../support/suite.ts'

const test = suite('details of a batch in shared memory')

const details: Details = {
  way: 'produced',
  client: { id: 'me', principal: null },
  by: [],
  baseOffset: 0,
  baseTimestamp: -1,
  maxTimestamp: 1_700_000_000_000,
  isLogAppendTime: false,
}

function bothEnds() {
  const memory = BatchDetails.memory()
  const [broker, plugin] = [BatchDetails.allIn(memory), BatchDetails.allIn(memory)]
  return { broker: broker[0]!, plugin: plugin[0]!, others: { broker: broker.slice(1), plugin: plugin.slice(1) } }
}

test('what is set at one end is got at the other', () => {
  const { broker, plugin } = bothEnds()
  const table: readonly Partial<Details>[] = [
    {},
    { way: 'subscribed', baseOffset: 2 ** 53, isLogAppendTime: true },
    { way: 'fetched', client: { id: null, principal: 'User:é🔌' } },
    { client: { id: 'x'.repeat(32_767), principal: null }, by: ['one', 'two'] },
    { client: { id: '', principal: '' } },
    {},
  ]
  for (const changes of table) {
    broker.set({ ...details, ...changes })
    assert.equal(plugin.get(), { ...details, ...changes })
    assert.equal(plugin.by, changes.by ?? [])
  }
})

test('batches that cross together are told apart', () => {
  const { broker, plugin, others } = bothEnds()
  const clients = others.broker.map((_, nth) => ({ id: `${nth}`.repeat(32_767), principal: null }))
  broker.set(details)
  for (const [nth, one] of others.broker.entries()) one.set({ ...details, baseOffset: nth, client: clients[nth]! })
  assert.equal(plugin.get(), details)
  for (const [nth, one] of others.plugin.entries()) {
    assert.equal(one.get(), { ...details, baseOffset: nth, client: clients[nth]! })
  }
})

test('the same client is not written anew, another is', () => {
  const { broker, plugin } = bothEnds()
  const { client, by } = details
  broker.set(details)
  const first = plugin.get().client
  broker.set({ ...details, client, by, baseOffset: 7 })
  assert.is(plugin.get().client, first)
  broker.set({ ...details, client: { id: 'you', principal: null } })
  assert.is(plugin.get().client.id, 'you')
})

test('names longer than any client of Kafka has are left out', () => {
  const { broker, plugin } = bothEnds()
  broker.set({ ...details, client: { id: 'é'.repeat(200_000), principal: null } })
  assert.equal(plugin.get().client, { id: null, principal: null })
})

test.run()
