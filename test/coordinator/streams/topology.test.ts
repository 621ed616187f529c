import * as assert from 'uvu/assert'
import { isNonsense, isSameTopology, topicsIn, topologyRefusal } from '../../../src/coordinator/streams/topology.ts'
import type { Subtopology } from '../../../src/coordinator/streams/topology.ts'
import { internalTopic, subtopology } from '../../support/streams-requests.ts'
import { suite } from '../../support/suite.ts'

const test = suite('topologies')

const of = (...subtopologies: Subtopology[]) => ({ epoch: 0, subtopologies })
const group = (sourceTopics: number[]) => ({ sourceTopics, sourceTopicRegex: [], repartitionSourceTopics: [] })

test('the order in which a topology is told does not matter', () => {
  const configs = ['a', 'b'].map((key) => ({ key, value: '1' }))
  const stateChangelogTopics = [internalTopic('l', { topicConfigs: configs }), internalTopic('m')]
  const one = subtopology('0', ['a', 'b', 'c'], { stateChangelogTopics, copartitionGroups: [group([0, 1])] })
  const same = subtopology('0', ['c', 'b', 'a'], {
    stateChangelogTopics: [internalTopic('m'), internalTopic('l', { topicConfigs: [...configs].reverse() })],
    copartitionGroups: [group([1, 2])],
  })
  const other = subtopology('1', ['d'])
  assert.ok(isSameTopology(of(one, other), of(other, same)))
  assert.not(isSameTopology(of(one, other), of(one)))
  assert.not(isSameTopology(of(one), of({ ...one, copartitionGroups: [group([0, 2])] })))
  assert.not(isSameTopology(of(one), { ...of(one), epoch: 1 }))
})

test('all topics of a topology are named once', () => {
  const one = subtopology('0', ['a'], { repartitionSinkTopics: ['x'], stateChangelogTopics: [internalTopic('a')] })
  assert.equal(topicsIn(of(one, subtopology('1', [], { repartitionSourceTopics: [internalTopic('x')] }))), ['a', 'x'])
})

test('what no group can compute is refused, and nonsense is told apart', () => {
  const right = subtopology('0', ['a'])
  assert.is(topologyRefusal(of(right)), null)
  assert.is(topologyRefusal(of({ ...right, sourceTopicRegex: ['.*'] }))?.name, 'INVALID_REQUEST')
  assert.is(topologyRefusal(of(subtopology('0', [])))?.name, 'STREAMS_INVALID_TOPOLOGY')
  const sized = { ...right, stateChangelogTopics: [internalTopic('l', { partitions: 3 })] }
  assert.is(topologyRefusal(of(sized))?.name, 'STREAMS_INVALID_TOPOLOGY')
  assert.not(isNonsense(of(right)))
  assert.ok(isNonsense(of(right, right)))
  assert.ok(isNonsense({ ...of(right), epoch: -1 }))
  assert.ok(isNonsense(of({ ...right, copartitionGroups: [group([1])] })))
  assert.ok(
    isNonsense(of({ ...right, sourceTopics: [], repartitionSourceTopics: [internalTopic('x', { partitions: -1 })] })),
  )
  assert.ok(isNonsense(of({ ...right, stateChangelogTopics: [internalTopic('l'), internalTopic('l')] })))
})

test.run()
