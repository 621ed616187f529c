import * as assert from 'uvu/assert'
import { refusalOf } from '../../src/configs/config-values.ts'
import { groupBrokerConfigs } from '../../src/configs/group-broker-configs.ts'
import { suite } from '../support/suite.ts'

const test = suite("the brokers' configs of groups")

test('stand in order, take their own defaults, and can mostly not be altered', () => {
  const names = groupBrokerConfigs.map(({ name }) => name)
  assert.equal(names, [...names].sort())
  for (const one of groupBrokerConfigs) if (one.default !== null) assert.is(refusalOf(one, one.default), null, one.name)
  const alterable = groupBrokerConfigs.filter(({ update }) => update !== undefined)
  assert.equal(
    alterable.map(({ update }) => update),
    Array(7).fill('cluster-wide'),
  )
})

test.run()
