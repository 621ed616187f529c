/**
 * All streams groups (KIP-1071): what comes of a heartbeat to one of them, who is fenced and when.
 *
 * A heartbeat raises the group epoch where it changes what assignments depend on; targets follow as far as the group
 * may be assigned anew by now, and the member takes its next step to its own.
 */
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { GroupConfigs } from '../../configs/group-config.ts'
import {
  GROUP_ID_NOT_FOUND,
  GROUP_MAX_SIZE_REACHED,
  INVALID_REQUEST,
  KafkaError,
  UNKNOWN_MEMBER_ID,
  UNKNOWN_SERVER_ERROR,
  UNRELEASED_INSTANCE_ID,
} from '../../protocol/errors.ts'
import { awayEpoch, leaveEpoch } from '../consumer/consumer-member.ts'
import { Group } from '../group.ts'
import type { GroupRegistry } from '../group-registry.ts'
import type { LentTopics } from '../lent.ts'
import { type ConfiguredTopology, configured, type Status } from './configured-topology.ts'
import { type EndpointPartitions, endpointsOf } from './endpoints.ts'
import { away, epochRefusal, reconciled } from './reconcile.ts'
import type { StreamsGroupRecord } from './records.ts'
import { statusesOf } from './statuses.ts'
import { StreamsGroup } from './streams-group.ts'
import { hasSameProfile, newMember, type Profile, type StreamsMember, type TaskOffset } from './streams-member.ts'
import { assignmentConfigs, retarget } from './targets.ts'
import { type HeldTasks, places, sameTasks, type TargetTasks, taskKinds } from './tasks.ts'
import {
  hasTwice,
  type InternalTopic,
  isNonsense,
  isSameTopology,
  type Topology,
  topicsIn,
  topologyRefusal,
} from './topology.ts'

export interface StreamsGroupsOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly registry: GroupRegistry
  readonly topics: LentTopics
  readonly configs: GroupConfigs
}

/** Null, and −1 for the rebalance timeout: as it said before. */
export interface StreamsHeartbeat {
  readonly groupId: string
  readonly memberId: string
  /** 0: it joins; −1: it leaves; −2: a static member leaves, and will be back. */
  readonly memberEpoch: number
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly rebalanceTimeoutMs: number
  readonly processId: string | null
  readonly userEndpoint: Profile['userEndpoint']
  readonly clientTags: Profile['clientTags'] | null
  /** Of one that joins. */
  readonly topology: Topology | null
  readonly owned: TargetTasks | null
  readonly taskOffsets: readonly TaskOffset[] | null
  readonly taskEndOffsets: readonly TaskOffset[] | null
  readonly endpointEpoch: number
  readonly shutsDown: boolean
  readonly clientId: string
  readonly clientHost: string
}

export interface StreamsAnswer {
  readonly memberEpoch: number
  readonly statuses: readonly Status[]
  /** Null: as it was told before. */
  readonly assigned: HeldTasks | null
  readonly endpointEpoch: number
  /** Null: as it was told before. */
  readonly endpoints: readonly EndpointPartitions[] | null
  /** Topics that must be made before tasks can be assigned. */
  readonly missing: readonly InternalTopic[]
}

/** What a heartbeat makes of its group, decided before anything changes. */
interface Step {
  readonly group: StreamsGroup
  readonly isNew: boolean
  readonly before: StreamsMember
  readonly topology: Topology
  readonly configured: ConfiguredTopology
}

export class StreamsGroups {
  readonly #options: StreamsGroupsOptions

  constructor(options: StreamsGroupsOptions) {
    this.#options = options
  }

  heartbeat(request: StreamsHeartbeat): StreamsAnswer | KafkaError {
    const { groupId, memberId, memberEpoch } = request
    if (memberEpoch !== 0 && this.#options.registry.hasLost(groupId, memberId)) return UNKNOWN_MEMBER_ID
    if (memberEpoch === leaveEpoch || memberEpoch === awayEpoch) return this.#leave(request)
    const step = this.#decide(request)
    return step instanceof KafkaError ? step : this.#beat(request, step)
  }

  /** A record of the journal, as it was written. */
  restore({ groupId, epoch, topology }: StreamsGroupRecord): void {
    const group = this.#newGroup(groupId)
    Object.assign(group, { epoch, targetEpoch: epoch, topology })
    this.#options.registry.put(group)
  }

  evict(group: StreamsGroup, memberId: string): void {
    if (group.members.has(memberId)) this.#fence(group, memberId, 'its connection closed')
  }

  #newGroup(groupId: string): StreamsGroup {
    const { clock, topics } = this.#options
    return new StreamsGroup(groupId, clock, (topic) => topics.get(topic)?.partitionCount ?? 0)
  }

  /** The group, the member as it was and the topology, or why the heartbeat is refused. */
  #decide(request: StreamsHeartbeat): Step | KafkaError {
    const { registry, topics } = this.#options
    const { groupId, memberEpoch } = request
    const found = registry.get(groupId)
    const group = this.#groupFor(groupId, memberEpoch === 0)
    if (group instanceof KafkaError) return group
    const before = memberEpoch === 0 ? this.#newcomer(group, request) : this.#present(group, request)
    if (before instanceof KafkaError) return before
    if (hasTwice((request.clientTags ?? []).map(({ key }) => key))) return UNKNOWN_SERVER_ERROR
    const topology = topologyFor(group, request.topology)
    if (topology instanceof KafkaError) return topology
    const made = configured(topology, topics)
    if (made instanceof KafkaError) return made
    const refusal = request.owned === null ? null : ownedRefusal(request.owned, made)
    return refusal ?? { group, isNew: found !== group, before, topology, configured: made }
  }

  #groupFor(groupId: string, isJoining: boolean): StreamsGroup | KafkaError {
    const { registry } = this.#options
    const found = registry.get(groupId)
    if (found instanceof StreamsGroup) return found
    if (!isJoining && found === undefined) return GROUP_ID_NOT_FOUND.because(`Streams group ${groupId} not found.`)
    if (isJoining && found === undefined) return registry.refusal(groupId) ?? this.#newGroup(groupId)
    if (isJoining && found instanceof Group && found.isEmpty) return this.#newGroup(groupId)
    return GROUP_ID_NOT_FOUND.because(`Group ${groupId} is not a streams group.`)
  }

  #newcomer(group: StreamsGroup, { memberId, instanceId }: StreamsHeartbeat): StreamsMember | KafkaError {
    const most = this.#options.configs.broker.number('group.streams.max.size')
    const namesake = group.ofInstance(instanceId)
    const known = group.members.get(memberId)
    if (known === undefined && namesake === undefined && group.members.size >= most) {
      return GROUP_MAX_SIZE_REACHED.because(`The group is full: group.streams.max.size allows ${most} members.`)
    }
    if (namesake === undefined || namesake.id === memberId) return known ?? newMember(memberId)
    if (namesake.epoch === awayEpoch) return namesake
    return UNRELEASED_INSTANCE_ID.because(
      `Instance ${instanceId} is member ${namesake.id} still; ${memberId} can join when that has left.`,
    )
  }

  #present(group: StreamsGroup, request: StreamsHeartbeat): StreamsMember | KafkaError {
    const { memberId, instanceId, memberEpoch, owned } = request
    const member = group.identify(memberId, instanceId)
    return member instanceof KafkaError ? member : (epochRefusal(member, memberEpoch, owned) ?? member)
  }

  #beat(request: StreamsHeartbeat, step: Step): StreamsAnswer {
    const { group, before, isNew } = step
    const { memberId, memberEpoch, endpointEpoch } = request
    if (isNew) this.#options.registry.put(group)
    if (group.isEmpty) this.#delayFirst(group)
    if (memberId !== before.id) this.#replace(group, before, memberId)
    const asked = withWhatItSays({ ...before, id: memberId }, request)
    group.members.set(memberId, asked)
    group.topology = step.topology
    group.configured = step.configured
    this.#raise(group, !hasSameProfile(before, asked))
    retarget(group, this.#options)
    const target = group.targetOf(memberId)
    const aim = { epoch: group.targetEpoch, target, owned: request.owned, members: group.members.values() }
    const after = reconciled(memberId === before.id ? asked : { ...asked, epoch: 0, previousEpoch: 0 }, aim)
    group.members.set(memberId, after)
    this.#expect(group, asked, after)
    if (request.shutsDown) group.shutdownBy = memberId
    const hasMoved = !sameTasks(before.assigned, after.assigned)
    const hasNewEndpoint = changesEndpoints(before, after, hasMoved)
    if (hasNewEndpoint && !isNew) group.endpointEpoch++
    return {
      memberEpoch: after.epoch,
      statuses: statusesOf(group, after, this.#options.configs),
      assigned: memberEpoch === 0 || hasMoved ? after.assigned : null,
      endpointEpoch: group.endpointEpoch,
      endpoints: hasNewEndpoint || group.endpointEpoch !== endpointEpoch ? endpointsOf(group) : null,
      missing: step.configured.missing,
    }
  }

  /** A static member under a new id takes the place and the target of the one before. */
  #replace(group: StreamsGroup, before: StreamsMember, memberId: string): void {
    group.targets = new Map([...group.targets, [memberId, group.targetOf(before.id)]])
    this.#forget(group, before.id)
  }

  /** The first of a group waits for others, so that not all tasks are its at first. */
  #delayFirst(group: StreamsGroup): void {
    const delayMs = this.#options.configs.number(group.id, 'streams.initial.rebalance.delay.ms')
    if (delayMs === 0) return
    group.initialDelay?.cancel()
    group.initialDelay = this.#options.clock.after(delayMs, () => {
      group.initialDelay = null
      retarget(group, this.#options)
    })
  }

  #raise(group: StreamsGroup, isChanged: boolean): void {
    const { topics, configs } = this.#options
    const shapes = topicsIn(group.topology!).map((name) => {
      const topic = topics.get(name)
      return `${name} ${topic?.id} ${topic?.partitionCount}`
    })
    const isReady = group.configured!.subtopologies !== null
    const seen = [isReady, ...shapes, assignmentConfigs(group.id, configs)].join('\n')
    if (isChanged || seen !== group.seen) group.epoch++
    group.seen = seen
  }

  #expect(group: StreamsGroup, before: StreamsMember, after: StreamsMember): void {
    const { id } = after
    const sessionMs = this.#options.configs.number(group.id, 'streams.session.timeout.ms')
    group.timers.set(id, 'session', sessionMs, () => this.#fence(group, id, 'its session timed out'))
    if (after.reconciling !== 'unrevoked') group.timers.cancel(id, 'rebalance')
    else if (before.revoking !== after.revoking) {
      group.timers.set(id, 'rebalance', after.rebalanceTimeoutMs, () => {
        this.#fence(group, id, 'it did not give up tasks within its rebalance timeout')
      })
    }
  }

  #fence(group: StreamsGroup, memberId: string, why: string): void {
    this.#options.logger.debug(`group ${group.id}: member ${memberId} is out`, { why })
    this.#remove(group, memberId)
  }

  #leave(request: StreamsHeartbeat): StreamsAnswer | KafkaError {
    const { groupId, memberId, memberEpoch, instanceId } = request
    const group = this.#options.registry.find(StreamsGroup, 'streams', groupId)
    if (group instanceof KafkaError) return group
    const member = group.identify(memberId, instanceId)
    if (member instanceof KafkaError) return member
    if (request.shutsDown) group.shutdownBy = memberId
    if (memberEpoch === awayEpoch) group.members.set(memberId, away(member))
    else this.#remove(group, memberId)
    return { memberEpoch, statuses: [], assigned: null, endpointEpoch: 0, endpoints: null, missing: [] }
  }

  #remove(group: StreamsGroup, memberId: string): void {
    this.#forget(group, memberId)
    group.targets = new Map([...group.targets].filter(([id]) => id !== memberId))
    group.epoch++
    if (!group.isEmpty) return
    group.initialDelay?.cancel()
    Object.assign(group, { initialDelay: null, targetEpoch: group.epoch, targetAtMs: null, shutdownBy: null })
  }

  #forget(group: StreamsGroup, memberId: string): void {
    group.members.delete(memberId)
    group.timers.forget(memberId)
  }
}

/** The topology that the group has, or is to have; a member with another is refused. */
function topologyFor(group: StreamsGroup, said: Topology | null): Topology | KafkaError {
  if (said === null) return group.topology!
  if (isNonsense(said)) return UNKNOWN_SERVER_ERROR
  const refusal = topologyRefusal(said)
  if (refusal !== null) return refusal
  if (group.topology === null || isSameTopology(group.topology, said)) return group.topology ?? said
  return INVALID_REQUEST.because('The group computes another topology; delete the group, or choose another id.')
}

/** What a member says that it has must be tasks that there are, as far as that is known. */
function ownedRefusal(owned: TargetTasks, { subtopologies }: ConfiguredTopology): KafkaError | null {
  if (subtopologies === null) return null
  const counts = new Map(subtopologies.map(({ id, taskCount }) => [id, taskCount]))
  for (const [id, partition] of taskKinds.flatMap((kind) => places(owned[kind]))) {
    const count = counts.get(id)
    if (count === undefined) return INVALID_REQUEST.because(`There is no subtopology ${id}.`)
    if (partition < 0 || partition >= count) {
      return INVALID_REQUEST.because(`Subtopology ${id} has ${count} tasks; there is no ${partition}.`)
    }
  }
  return null
}

function withWhatItSays(member: StreamsMember, request: StreamsHeartbeat): StreamsMember {
  const { rebalanceTimeoutMs, topology, memberEpoch } = request
  const isJoining = memberEpoch === 0
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    topologyEpoch: topology?.epoch ?? member.topologyEpoch,
    processId: request.processId ?? member.processId,
    userEndpoint: request.userEndpoint ?? (isJoining ? null : member.userEndpoint),
    clientTags: request.clientTags ?? member.clientTags,
    taskOffsets: request.taskOffsets ?? member.taskOffsets,
    taskEndOffsets: request.taskEndOffsets ?? member.taskEndOffsets,
    clientId: request.clientId,
    clientHost: request.clientHost,
  }
}

function changesEndpoints(before: StreamsMember, after: StreamsMember, hasMoved: boolean): boolean {
  if (JSON.stringify(before.userEndpoint) !== JSON.stringify(after.userEndpoint)) return true
  return after.userEndpoint !== null && hasMoved
}
