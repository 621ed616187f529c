/**
 * A topology held against the topics there are: how many tasks each subtopology has, how many partitions the topics
 * that are made for it must have, and what keeps it from being ready.
 */
import { type KafkaError, STREAMS_INVALID_TOPOLOGY } from '../../protocol/errors.ts'
import type { LentTopics } from '../lent.ts'
import { copartitioned, type InternalTopic, inputsOf, type Subtopology, type Topology } from './topology.ts'

/** As Kafka numbers them. */
export const statuses = {
  STALE_TOPOLOGY: 0,
  MISSING_SOURCE_TOPICS: 1,
  INCORRECTLY_PARTITIONED_TOPICS: 2,
  MISSING_INTERNAL_TOPICS: 3,
  SHUTDOWN_APPLICATION: 4,
  ASSIGNMENT_DELAYED: 5,
  MISSING_CLIENT_TAGS: 6,
} as const

export interface Status {
  readonly code: (typeof statuses)[keyof typeof statuses]
  readonly detail: string
}

export interface ConfiguredSubtopology {
  readonly id: string
  readonly inputs: readonly string[]
  readonly taskCount: number
  readonly isStateful: boolean
}

export interface ConfiguredTopology {
  /** In order of their ids; null: it is not ready. */
  readonly subtopologies: readonly ConfiguredSubtopology[] | null
  /** Partitions of the topics that are made for it, as far as they could be worked out. */
  readonly partitionCounts: ReadonlyMap<string, number>
  /** Null: it is ready. */
  readonly problem: Status | null
  /** To be made, with as many partitions as they must have. */
  readonly missing: readonly InternalTopic[]
}

type Counts = Map<string, number>

/** The error: it can never be ready, whatever topics there are. */
export function configured({ subtopologies }: Topology, topics: LentTopics): ConfiguredTopology | KafkaError {
  const counts = existing(subtopologies, topics)
  const isMissing = (name: string) => !counts.has(name)
  const absent = [...new Set(subtopologies.flatMap(({ sourceTopics }) => sourceTopics))].filter(isMissing).sort()
  if (absent.length > 0) return notReady('MISSING_SOURCE_TOPICS', `There are no source topics ${absent.join(', ')}.`)
  const refusal = repartition(subtopologies, counts)
  if (refusal !== null) return refusal
  const uneven = enforceCopartitioning(subtopologies, counts)
  if (uneven !== null) return notReady('INCORRECTLY_PARTITIONED_TOPICS', uneven)
  const tasks = subtopologies.map((each) => ({
    each,
    count: Math.max(...inputsOf(each).map((name) => counts.get(name)!)),
  }))
  for (const { each, count } of tasks) for (const { name } of each.stateChangelogTopics) counts.set(name, count)
  return (
    checked(subtopologies, counts, topics) ?? {
      subtopologies: tasks
        .map(({ each, count }) => ({
          id: each.subtopologyId,
          inputs: inputsOf(each),
          taskCount: count,
          isStateful: each.stateChangelogTopics.length > 0,
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      partitionCounts: counts,
      problem: null,
      missing: [],
    }
  )
}

function notReady(code: keyof typeof statuses, detail: string, missing: readonly InternalTopic[] = []) {
  return { subtopologies: null, partitionCounts: new Map(), problem: { code: statuses[code], detail }, missing }
}

/** Partitions of the topics that applications bring. */
function existing(subtopologies: readonly Subtopology[], topics: LentTopics): Counts {
  const names = subtopologies.flatMap(({ sourceTopics }) => sourceTopics)
  return new Map(
    names.flatMap((name) => {
      const topic = topics.get(name)
      return topic === undefined ? [] : [[name, topic.partitionCount] as const]
    }),
  )
}

/** Works out repartition topics, of one another: each has as many partitions as the inputs of who writes to it. */
function repartition(subtopologies: readonly Subtopology[], counts: Counts): KafkaError | null {
  const all = subtopologies.flatMap(({ repartitionSourceTopics }) => repartitionSourceTopics)
  for (const { name, partitions } of all) if (partitions !== 0) counts.set(name, partitions)
  let open = all.filter(({ name }) => !counts.has(name))
  while (open.length > 0) {
    for (const { name } of open) {
      const writers = subtopologies.filter(({ repartitionSinkTopics }) => repartitionSinkTopics.includes(name))
      const inputs = writers.flatMap(inputsOf).map((input) => counts.get(input))
      if (inputs.length > 0 && inputs.every((count) => count !== undefined)) counts.set(name, Math.max(...inputs))
    }
    const left = open.filter(({ name }) => !counts.has(name))
    if (left.length === open.length) {
      const names = left.map(({ name }) => name).join(', ')
      return STREAMS_INVALID_TOPOLOGY.because(`Partitions of ${names} cannot be told: nothing known writes there.`)
    }
    open = left
  }
  return null
}

/** Repartition topics whose partitions are free follow the others of their group; answers what cannot be evened out. */
function enforceCopartitioning(subtopologies: readonly Subtopology[], counts: Counts): string | null {
  for (const each of subtopologies) {
    const free = new Set(
      each.repartitionSourceTopics.filter(({ partitions }) => partitions === 0).map(({ name }) => name),
    )
    for (const names of copartitioned(each)) {
      const fixed = names.filter((name) => !free.has(name))
      const fixedCounts = new Set(fixed.map((name) => counts.get(name)!))
      if (fixedCounts.size > 1) {
        const told = fixed.map((name) => `${name} (${counts.get(name)})`).join(', ')
        return `These topics must have equally many partitions: ${told}.`
      }
      const count = Math.max(...(fixed.length > 0 ? fixedCounts : names.map((name) => counts.get(name)!)))
      for (const name of names) if (free.has(name)) counts.set(name, count)
    }
  }
  return null
}

/** What is wrong with the topics that are made for it, or null. */
function checked(subtopologies: readonly Subtopology[], counts: Counts, topics: LentTopics): ConfiguredTopology | null {
  const brought = new Set(subtopologies.flatMap(({ sourceTopics }) => sourceTopics))
  const internal = new Map(
    subtopologies
      .flatMap((each) => [...each.repartitionSourceTopics, ...each.stateChangelogTopics])
      // State that is read back from a source topic has that for its changelog.
      .filter(({ name }) => !brought.has(name))
      .map((topic) => [topic.name, { ...topic, partitions: counts.get(topic.name)! }]),
  )
  for (const { name, partitions } of internal.values()) {
    const found = topics.get(name)?.partitionCount ?? partitions
    if (found === partitions) continue
    return notReady('INCORRECTLY_PARTITIONED_TOPICS', `Topic ${name} must have ${partitions} partitions, not ${found}.`)
  }
  const missing = [...internal.values()].filter(({ name }) => topics.get(name) === undefined)
  if (missing.length === 0) return null
  const names = missing.map(({ name }) => name).join(', ')
  return notReady('MISSING_INTERNAL_TOPICS', `These topics are to be made first: ${names}.`, missing)
}
