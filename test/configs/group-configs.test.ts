import * as assert from 'uvu/assert'
import { brokerConfigs } from '../../src/configs/broker-configs.ts'
import { refusalOf } from '../../src/configs/config-values.ts'
import { groupConfigs } from '../../src/configs/group-configs.ts'
import { suite } from '../support/suite.ts'

const test = suite('group configs')

test('are those of Apache Kafka 4.4, six of them its own affair', () => {
  assert.is(groupConfigs.size, 27)
  assert.is([...groupConfigs.values()].filter(({ isInternal }) => isInternal).length, 6)
})

test('behind each stands a config of the brokers with the same default, or none', () => {
  for (const { name, synonym, default: standard } of groupConfigs.values()) {
    if (synonym === undefined || name === 'streams.assignor.name') continue
    assert.is(brokerConfigs.get(synonym)?.default, standard, name)
  }
})

test('a share group begins early, late or a while ago', () => {
  const definition = groupConfigs.get('share.auto.offset.reset')!
  const isTaken = (value: string) => refusalOf(definition, value) === null
  assert.equal(
    ['earliest', 'latest', 'by_duration:PT1H', 'by_duration:P2DT3.5S', 'by_duration:p1d'].map(isTaken),
    Array(5).fill(true),
  )
  assert.equal(['by_duration:', 'by_duration:P', 'by_duration:-PT1H', 'soon', ''].map(isTaken), Array(5).fill(false))
})

test.run()
