import * as assert from 'uvu/assert'
import { type Assignment, assignmentRefusal } from '../../src/handlers/assignments.ts'
import { suite } from '../support/suite.ts'

const test = suite('assignments')
const nodes = [1, 2, 3].map((id) => ({ id, port: 9091 + id, advertisedHost: null, rack: null }))
const refusal = (assignment: Assignment) => assignmentRefusal(assignment, nodes)?.name

test('each partition has brokers that there are, each once, and as many as the others', () => {
  assert.is(
    refusal([
      [1, 2],
      [3, 1],
    ]),
    undefined,
  )
  for (const wrong of [[[]], [[1], []], [[1, 1]], [[4]], [[1, 2], [3]]]) {
    assert.is(refusal(wrong), 'INVALID_REPLICA_ASSIGNMENT', JSON.stringify(wrong))
  }
})

test.run()
