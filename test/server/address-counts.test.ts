import * as assert from 'uvu/assert'
import { BrokerConfig } from '../../src/configs/broker-config.ts'
import { AddressCounts } from '../../src/server/address-counts.ts'
import { suite } from '../support/suite.ts'

const test = suite('connections by address')

test('an address has as many connections as max.connections.per.ip allows, and another its own', () => {
  const counts = new AddressCounts(new BrokerConfig({ 'max.connections.per.ip': '2' }))
  const took = ['a', 'a', 'a', 'b'].map((address) => counts.take(address))
  assert.equal(took, [true, true, false, true])
  counts.giveBack('a')
  assert.is(counts.take('a'), true)
})

test('an override counts for the address that it names, also an IPv6 one', () => {
  const overrides = { 'max.connections.per.ip.overrides': '10.0.0.1:1, ::1:0' }
  const counts = new AddressCounts(new BrokerConfig({ 'max.connections.per.ip': '5', ...overrides }))
  assert.equal(
    ['10.0.0.1', '::1', '10.0.0.2'].map((address) => counts.most(address)),
    [1, 0, 5],
  )
  assert.is(counts.take('::1'), false)
})

test('what clients alter counts from the next connection on', () => {
  const config = new BrokerConfig({})
  const counts = new AddressCounts(config)
  assert.is(counts.take('a'), true)
  config.replace(new Map([['max.connections.per.ip', '1']]))
  assert.is(counts.take('a'), false)
})

test.run()
