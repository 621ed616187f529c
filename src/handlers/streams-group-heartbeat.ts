import type { StreamsAnswer } from '../coordinator/streams/streams-groups.ts'
import { type Status, statuses } from '../coordinator/streams/configured-topology.ts'
import { listed, targetOf, type TargetTasks } from '../coordinator/streams/tasks.ts'
import { hasTwice, type InternalTopic, topicsIn } from '../coordinator/streams/topology.ts'
import {
  COORDINATOR_NOT_AVAILABLE,
  INVALID_REQUEST,
  KafkaError,
  NONE,
  STREAMS_INVALID_TOPOLOGY,
  TOPIC_AUTHORIZATION_FAILED,
} from '../protocol/errors.ts'
import { internalTopics } from '../protocol/internal-topics.ts'
import { streamsGroupHeartbeat } from '../protocol/messages/streams-group-heartbeat.ts'
import type { Value } from '../protocol/schema.ts'
import { topicNameProblem } from '../topics/topics.ts'
import { accessRefusal, clusterRefusal, isAllowed } from './authorization.ts'
import { clientHost } from './client-host.ts'
import { coordinatorRefusal, groupTypeRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof streamsGroupHeartbeat.request>
type Response = Value<typeof streamsGroupHeartbeat.response>
type Tasks = Request['activeTasks']

const noEpoch = { joining: 0, leaving: -1, away: -2 } as const
/** As many replicas as the brokers' default: the message says 0, Kafka Streams −1. */
const brokersDefault = [0, -1]
/** From this version on clients know of a status for missing tags, and are told how far behind is near enough. */
const tagsSince = 1

/**
 * A member of a streams group joins, stays or leaves, and is told its tasks (KIP-1071).
 *
 * - A group has one topology; who joins with another is refused, as in Kafka 4.4. So are regular expressions.
 * - Topics that the topology needs and that are its own are made once it was answered that they are missing.
 * - The first of a group waits streams.initial.rebalance.delay.ms for others; three seconds, if nothing else is set.
 * - Tags of clients (streams.rack.aware.assignment.tags) are asked for, and do not bear on assignments, as in 4.4.
 */
export default handler(streamsGroupHeartbeat, (request, context) => {
  const refusal = refusalOf(request, context)
  if (refusal !== null) return refused(refusal)
  const { groupId, memberId, memberEpoch, topology, activeTasks, standbyTasks, warmupTasks } = request
  const answer = context.cluster.groups.streams.heartbeat({
    ...request,
    topology,
    owned: tasksOf(activeTasks, standbyTasks, warmupTasks),
    endpointEpoch: request.endpointInformationEpoch,
    shutsDown: request.shutdownApplication,
    clientId: context.clientId ?? '',
    clientHost: clientHost(context.connection),
  })
  if (answer instanceof KafkaError) return refused(answer)
  if (request.instanceId === null && memberEpoch >= noEpoch.joining) {
    context.cluster.connectedMembers?.speaks(context.connection, groupId, memberId)
  }
  if (memberEpoch < noEpoch.joining) return { ...refused(NONE), memberId, memberEpoch }
  const failure = answer.missing.length === 0 ? null : makeTopics(answer.missing, context)
  return { ...told(answer, failure, groupId, context), memberId }
})

function told(answer: StreamsAnswer, failure: string | null, groupId: string, { cluster, version }: Context): Response {
  const { assigned, endpoints } = answer
  const number = (name: string) => cluster.groupConfigs.number(groupId, name)
  return {
    ...refused(NONE),
    memberEpoch: answer.memberEpoch,
    heartbeatIntervalMs: number('streams.heartbeat.interval.ms'),
    taskOffsetIntervalMs: number('streams.task.offset.interval.ms'),
    acceptableRecoveryLag: version >= tagsSince ? number('streams.acceptable.recovery.lag') : -1,
    status: statusesTold(answer.statuses, failure, version),
    activeTasks: assigned && listed(assigned.active),
    standbyTasks: assigned && listed(assigned.standby),
    warmupTasks: assigned && listed(assigned.warmup),
    endpointInformationEpoch: answer.endpointEpoch,
    partitionsByUserEndpoint:
      endpoints?.map(({ userEndpoint, active, warm }) => ({
        userEndpoint,
        activePartitions: [...active],
        standbyPartitions: [...warm],
      })) ?? null,
  }
}

function statusesTold(all: readonly Status[], failure: string | null, version: number): Response['status'] {
  return all
    .filter(({ code }) => version >= tagsSince || code !== statuses.MISSING_CLIENT_TAGS)
    .map(({ code, detail }) => ({
      statusCode: code,
      statusDetail: code === statuses.MISSING_INTERNAL_TOPICS && failure !== null ? `${detail} ${failure}` : detail,
    }))
}

function refused({ code, message }: KafkaError): Response {
  return {
    throttleTimeMs: 0,
    errorCode: code,
    errorMessage: message,
    memberId: '',
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    acceptableRecoveryLagLegacy: 0,
    taskOffsetIntervalMs: 0,
    acceptableRecoveryLag: -1,
    status: [],
    activeTasks: null,
    standbyTasks: null,
    warmupTasks: null,
    topologyDescriptionRequired: false,
    endpointInformationEpoch: 0,
    partitionsByUserEndpoint: null,
  }
}

/** Null: it does not say what it has. */
function tasksOf(active: Tasks, standby: Tasks, warmup: Tasks): TargetTasks | null {
  if (active === null || standby === null || warmup === null) return null
  return { active: targetOf(active), standby: targetOf(standby), warmup: targetOf(warmup) }
}

/** All of them, or none that the principal may not make; answers what went wrong. */
function makeTopics(missing: readonly InternalTopic[], context: Context): string | null {
  const { topics, config } = context.cluster
  const mayAll = clusterRefusal('CREATE', context) === null
  const denied = missing.filter(({ name }) => !mayAll && !isAllowed('CREATE', 'TOPIC', name, context))
  if (denied.length > 0) return `The client may not create ${denied.map(({ name }) => name).join(', ')}.`
  const failed = missing.flatMap(({ name, partitions: partitionCount, replicationFactor, topicConfigs }) => {
    const configs = new Map(topicConfigs.map(({ key, value }) => [key, value]))
    const isDefault = brokersDefault.includes(replicationFactor)
    const factor = isDefault ? config.number('default.replication.factor') : replicationFactor
    const made = topics.create({ name, partitionCount, replicationFactor: factor, configs })
    return made instanceof KafkaError ? [`${name}: ${made.message ?? made.name}`] : []
  })
  return failed.length === 0 ? null : `They cannot be made: ${failed.join('; ')}.`
}

function refusalOf(request: Request, context: Context): KafkaError | null {
  const { groupId, topology } = request
  const denied = groupTypeRefusal('streams', context) ?? accessRefusal('READ', 'GROUP', groupId, context)
  if (denied !== null) return denied
  const refusal = topology === null ? null : topicsRefusal(topicsIn(topology), context)
  if (refusal !== null) return refusal
  if (!context.cluster.groups.isActive) return COORDINATOR_NOT_AVAILABLE
  const problem = problemOf(request)
  return problem === null ? coordinatorRefusal(groupId, context) : INVALID_REQUEST.because(problem)
}

function topicsRefusal(names: readonly string[], context: Context): KafkaError | null {
  const prohibited = names.filter((name) => internalTopics.has(name))
  if (prohibited.length > 0) {
    return STREAMS_INVALID_TOPOLOGY.because(`A topology may not use the broker's own topics ${prohibited.join(', ')}.`)
  }
  const invalid = names.filter((name) => topicNameProblem(name) !== null)
  if (invalid.length > 0) return STREAMS_INVALID_TOPOLOGY.because(`No topic can be named ${invalid.join(', ')}.`)
  const maySee = names.every((name) => isAllowed('DESCRIBE', 'TOPIC', name, context))
  return maySee ? null : TOPIC_AUTHORIZATION_FAILED
}

/** In Kafka's order. */
function problemOf({ memberId, groupId, memberEpoch, instanceId, rackId, ...request }: Request): string | null {
  if (memberId.trim() === '') return 'MemberId is empty.'
  if (groupId.trim() === '') return 'GroupId is empty.'
  if (instanceId?.trim() === '') return 'InstanceId is empty; leave it null.'
  if (rackId?.trim() === '') return 'RackId is empty; leave it null.'
  const { taskOffsets, taskEndOffsets } = request
  const isTwice = [taskOffsets, taskEndOffsets].some((all) => hasTwice((all ?? []).map(nameOf)))
  if (isTwice) return 'TaskOffsets or TaskEndOffsets name a task twice.'
  if (memberEpoch === noEpoch.joining) return joiningProblem(request)
  if (memberEpoch < noEpoch.away) return `There is no MemberEpoch ${memberEpoch}.`
  if (memberEpoch === noEpoch.away && instanceId === null) {
    return 'Only a member with an InstanceId can leave for a while.'
  }
  if (request.topology !== null) return 'Topology is told when joining only.'
  const { activeTasks, standbyTasks, warmupTasks } = request
  const areTold = [activeTasks, standbyTasks, warmupTasks].map((tasks) => tasks !== null)
  return new Set(areTold).size === 1 ? null : 'ActiveTasks, StandbyTasks and WarmupTasks are told together, or none.'
}

function nameOf({ subtopologyId, partition }: { subtopologyId: string; partition: number }): string {
  return `${subtopologyId} ${partition}`
}

type Joining = Omit<Request, 'memberId' | 'groupId' | 'memberEpoch' | 'instanceId' | 'rackId'>

function joiningProblem({ rebalanceTimeoutMs, topology, ...tasks }: Joining): string | null {
  if (rebalanceTimeoutMs === -1) return 'A member that joins must give RebalanceTimeoutMs.'
  for (const kind of ['activeTasks', 'standbyTasks', 'warmupTasks'] as const) {
    if (tasks[kind]?.length !== 0) return `A member that joins has no tasks: ${kind} must be an empty list.`
  }
  return topology === null ? 'A member that joins must give Topology.' : null
}
