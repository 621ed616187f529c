import * as assert from 'uvu/assert'
import { authorizedOperations } from '../../src/handlers/authorized-operations.ts'
import { suite } from '../support/suite.ts'

const test = suite('authorized operations')

test('are the bit fields that Apache Kafka answers where everyone may do everything', () => {
  assert.equal(authorizedOperations, { topic: 3576, group: 3400, cluster: 8096, unasked: -2147483648 })
})

test.run()
