/**
 * What a streams application computes, as its members say when they join: subtopologies, the topics each reads and
 * writes, and which of them Kafka makes for it. A group has one topology, which all members must have.
 */
import { INVALID_REQUEST, type KafkaError, STREAMS_INVALID_TOPOLOGY } from '../../protocol/errors.ts'
import type { Tag } from './streams-member.ts'

export interface InternalTopic {
  readonly name: string
  /** 0: as many as follow from the topics it depends on. */
  readonly partitions: number
  /** 0: the broker's default. */
  readonly replicationFactor: number
  readonly topicConfigs: readonly Tag[]
}

export interface CopartitionGroup {
  /** Indexes into the lists of the subtopology. */
  readonly sourceTopics: readonly number[]
  readonly sourceTopicRegex: readonly number[]
  readonly repartitionSourceTopics: readonly number[]
}

export interface Subtopology {
  readonly subtopologyId: string
  readonly sourceTopics: readonly string[]
  readonly sourceTopicRegex: readonly string[]
  readonly stateChangelogTopics: readonly InternalTopic[]
  readonly repartitionSinkTopics: readonly string[]
  readonly repartitionSourceTopics: readonly InternalTopic[]
  readonly copartitionGroups: readonly CopartitionGroup[]
}

export interface Topology {
  readonly epoch: number
  readonly subtopologies: readonly Subtopology[]
}

/** All topics that it names. */
export function topicsIn({ subtopologies }: Topology): readonly string[] {
  const names = subtopologies.flatMap((each) => [
    ...each.sourceTopics,
    ...each.repartitionSinkTopics,
    ...each.repartitionSourceTopics.map(({ name }) => name),
    ...each.stateChangelogTopics.map(({ name }) => name),
  ])
  return [...new Set(names)].sort()
}

/** The topics whose records a subtopology computes with. */
export function inputsOf({ sourceTopics, repartitionSourceTopics }: Subtopology): readonly string[] {
  return [...sourceTopics, ...repartitionSourceTopics.map(({ name }) => name)].sort()
}

/** By name, the topics of a subtopology that must have equally many partitions. */
export function copartitioned({ sourceTopics, repartitionSourceTopics, copartitionGroups }: Subtopology): string[][] {
  return copartitionGroups.map((group) => [
    ...group.sourceTopics.map((index) => sourceTopics[index]!),
    ...group.repartitionSourceTopics.map((index) => repartitionSourceTopics[index]!.name),
  ])
}

/** What is wrong with it in itself, whatever topics there are; or null. */
export function topologyRefusal({ subtopologies }: Topology): KafkaError | null {
  for (const each of subtopologies) {
    const { subtopologyId, sourceTopicRegex, stateChangelogTopics } = each
    if (sourceTopicRegex.length > 0) {
      return INVALID_REQUEST.because(
        `Subtopology ${subtopologyId} names source topics by a regular expression; only names are supported so far.`,
      )
    }
    if (inputsOf(each).length === 0) {
      return STREAMS_INVALID_TOPOLOGY.because(`Subtopology ${subtopologyId} has no source topics.`)
    }
    const sized = stateChangelogTopics.find(({ partitions }) => partitions !== 0)
    if (sized !== undefined) {
      return STREAMS_INVALID_TOPOLOGY.because(
        `Changelog topic ${sized.name} says ${sized.partitions} partitions; it has as many as there are tasks: say 0.`,
      )
    }
  }
  return null
}

/** Whether there is nonsense in it at which Kafka fails. */
export function isNonsense({ epoch, subtopologies }: Topology): boolean {
  if (epoch < 0 || hasTwice(subtopologies.map(({ subtopologyId }) => subtopologyId))) return true
  return subtopologies.some(({ sourceTopics, copartitionGroups, ...each }) => {
    const { repartitionSourceTopics, stateChangelogTopics } = each
    const isOutside = (indexes: readonly number[], list: readonly unknown[]) => indexes.some((at) => !(at in list))
    return (
      [repartitionSourceTopics, stateChangelogTopics].some((topics) => hasTwice(topics.map(({ name }) => name))) ||
      (sourceTopics.length === 0 && repartitionSourceTopics.some(({ partitions }) => partitions < 0)) ||
      [...repartitionSourceTopics, ...stateChangelogTopics].some(({ topicConfigs }) =>
        hasTwice(topicConfigs.map(({ key }) => key)),
      ) ||
      copartitionGroups.some(
        (group) =>
          isOutside(group.sourceTopics, sourceTopics) ||
          isOutside(group.repartitionSourceTopics, repartitionSourceTopics),
      )
    )
  })
}

export function hasTwice(values: readonly string[]): boolean {
  return new Set(values).size < values.length
}

/** Whether both say the same, in whatever order. */
export function isSameTopology(a: Topology, b: Topology): boolean {
  return a.epoch === b.epoch && JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

function inOrder({ subtopologies }: Topology): unknown {
  const all = subtopologies.map((each) => [
    each.subtopologyId,
    [...each.sourceTopics].sort(),
    [...each.repartitionSinkTopics].sort(),
    topicsInOrder(each.stateChangelogTopics),
    topicsInOrder(each.repartitionSourceTopics),
    copartitioned(each)
      .map((names) => names.sort().join())
      .sort(),
  ])
  return all.sort(([a], [b]) => (a! < b! ? -1 : 1))
}

function topicsInOrder(topics: readonly InternalTopic[]): unknown {
  const all = topics.map(({ name, partitions, replicationFactor, topicConfigs }) => {
    const configs = topicConfigs.map(({ key, value }) => `${key}=${value}`).sort()
    return [name, partitions, replicationFactor, configs]
  })
  return all.sort(([a], [b]) => (a! < b! ? -1 : 1))
}
