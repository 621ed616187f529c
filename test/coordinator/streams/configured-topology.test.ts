import * as assert from 'uvu/assert'
import { type ConfiguredTopology, configured, statuses } from '../../../src/coordinator/streams/configured-topology.ts'
import type { Subtopology } from '../../../src/coordinator/streams/topology.ts'
import { STREAMS_INVALID_TOPOLOGY } from '../../../src/protocol/errors.ts'
import { FakeTopics } from '../../support/play-consumer.ts'
import { internalTopic, subtopology } from '../../support/streams-requests.ts'
import { suite } from '../../support/suite.ts'

const test = suite('topologies held against topics')

const configuredOf = (subtopologies: readonly Subtopology[], topics: Readonly<Record<string, number>>) =>
  configured({ epoch: 0, subtopologies }, new FakeTopics(topics)) as ConfiguredTopology
const all = (sourceTopics: number[], repartitionSourceTopics: number[]) => ({
  sourceTopics,
  sourceTopicRegex: [],
  repartitionSourceTopics,
})

test('a subtopology has as many tasks as the largest of its topics has partitions', () => {
  const { subtopologies, problem } = configuredOf([subtopology('1', ['b']), subtopology('0', ['a', 'b'])], {
    a: 2,
    b: 5,
  })
  assert.is(problem, null)
  assert.equal(
    subtopologies!.map(({ id, taskCount }) => [id, taskCount]),
    [
      ['0', 5],
      ['1', 5],
    ],
  )
})

test('repartition topics have as many partitions as what is written to them, through any number of steps', () => {
  const steps = [
    subtopology('2', [], { repartitionSourceTopics: [internalTopic('y')], stateChangelogTopics: [internalTopic('l')] }),
    subtopology('1', [], { repartitionSourceTopics: [internalTopic('x')], repartitionSinkTopics: ['y'] }),
    subtopology('0', ['a'], { repartitionSinkTopics: ['x'] }),
  ]
  const { problem, missing } = configuredOf(steps, { a: 3 })
  assert.is(problem!.code, statuses.MISSING_INTERNAL_TOPICS)
  assert.equal(
    missing.map(({ name, partitions }) => `${name} ${partitions}`),
    ['y 3', 'l 3', 'x 3'],
  )
  const { partitionCounts, subtopologies } = configuredOf(steps, { a: 3, x: 3, y: 3, l: 3 })
  assert.is(partitionCounts.get('l'), 3)
  assert.equal(
    subtopologies!.map(({ isStateful }) => isStateful),
    [false, false, true],
  )
})

test('topics that are read together have equally many partitions, and repartition topics follow', () => {
  const uneven = [subtopology('0', ['a', 'b'], { copartitionGroups: [all([0, 1], [])] })]
  assert.is(configuredOf(uneven, { a: 2, b: 3 }).problem!.code, statuses.INCORRECTLY_PARTITIONED_TOPICS)
  assert.is(configuredOf(uneven, { a: 3, b: 3 }).problem, null)
  const followed = (partitions: number) => [
    subtopology('0', ['a'], { repartitionSinkTopics: ['x'] }),
    subtopology('1', ['b'], {
      repartitionSourceTopics: [internalTopic('x', { partitions })],
      copartitionGroups: [all([0], [0])],
    }),
  ]
  assert.is(configuredOf(followed(0), { a: 2, b: 3 }).missing[0]!.partitions, 3)
  assert.is(configuredOf(followed(3), { a: 2, b: 3 }).missing[0]!.partitions, 3)
  assert.is(configuredOf(followed(-1), { a: 2, b: 3 }).problem!.code, statuses.INCORRECTLY_PARTITIONED_TOPICS)
  assert.is(configuredOf(followed(5), { a: 2, b: 3 }).problem!.code, statuses.INCORRECTLY_PARTITIONED_TOPICS)
})

test('what there is must fit, and what the application brings must be there', () => {
  const stateful = [subtopology('0', ['a'], { stateChangelogTopics: [internalTopic('l')] })]
  assert.is(configuredOf(stateful, {}).problem!.code, statuses.MISSING_SOURCE_TOPICS)
  assert.is(configuredOf(stateful, { a: 2, l: 3 }).problem!.code, statuses.INCORRECTLY_PARTITIONED_TOPICS)
  const own = [subtopology('0', ['a'], { stateChangelogTopics: [internalTopic('a')] })]
  assert.is(configuredOf(own, { a: 2 }).problem, null, 'a source topic serves as a changelog')
})

test('a repartition topic that nobody writes to is an error, whatever topics there are', () => {
  const topology = [subtopology('0', ['a'], { repartitionSourceTopics: [internalTopic('x')] })]
  const refusal = configured({ epoch: 0, subtopologies: topology }, new FakeTopics({ a: 1 }))
  assert.ok(STREAMS_INVALID_TOPOLOGY.is(refusal as typeof STREAMS_INVALID_TOPOLOGY))
})

test.run()
