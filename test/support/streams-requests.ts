/** What members of streams groups ask, and the topologies they come with. */
import type { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import type { Value } from '../../src/protocol/schema.ts'
import type { TestBroker } from './broker.ts'

export type Beat = Value<typeof streamsGroupHeartbeat.request>
export type Subtopology = NonNullable<Beat['topology']>['subtopologies'][number]
export type InternalTopic = Subtopology['stateChangelogTopics'][number]

/** Configs of a group that is assigned whenever there is reason to. */
export const atOnce = { 'streams.initial.rebalance.delay.ms': '0', 'streams.assignment.interval.ms': '0' }
const noTasks = { activeTasks: [], standbyTasks: [], warmupTasks: [] }

export function subtopology(subtopologyId: string, sourceTopics: string[], more: Partial<Subtopology> = {}) {
  const none = { sourceTopicRegex: [], repartitionSinkTopics: [], copartitionGroups: [] }
  const made = { stateChangelogTopics: [], repartitionSourceTopics: [] }
  return { subtopologyId, sourceTopics, ...none, ...made, ...more } satisfies Subtopology
}

export function internalTopic(name: string, more: Partial<InternalTopic> = {}): InternalTopic {
  return { name, partitions: 0, replicationFactor: 0, topicConfigs: [], ...more }
}

export function joining(
  groupId: string,
  memberId: string,
  subtopologies: Subtopology[],
  more: Partial<Beat> = {},
): Beat {
  return {
    ...beating(groupId, memberId, 0),
    ...noTasks,
    rebalanceTimeoutMs: 10_000,
    topology: { epoch: 0, subtopologies },
    processId: `process of ${memberId}`,
    clientTags: [],
    ...more,
  }
}

export function beating(groupId: string, memberId: string, memberEpoch: number, more: Partial<Beat> = {}): Beat {
  return {
    groupId,
    memberId,
    memberEpoch,
    endpointInformationEpoch: 0,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: -1,
    topology: null,
    activeTasks: null,
    standbyTasks: null,
    warmupTasks: null,
    processId: null,
    userEndpoint: null,
    clientTags: null,
    taskOffsets: null,
    taskEndOffsets: null,
    shutdownApplication: false,
    ...more,
  }
}

/** The group g is assigned whenever there is reason to. */
export function startsAtOnce({ cluster }: TestBroker, configs: Readonly<Record<string, string>> = {}): void {
  cluster.groupConfigs.replace('g', new Map(Object.entries({ ...atOnce, ...configs })))
}
