/**
 * A consumer instance as a member of its group: joins, leads if it has to, beats, and joins again when the group or
 * what it reads changes.
 *
 * It answers a rebalance by itself, without waiting for the next request of its HTTP client, so that a slow client does
 * not hold up the other members.
 */
import type { Timer } from '../../base/clock.ts'
import { assignors } from '../../client/assignors.ts'
import type { JoinAnswer, SyncAnswer } from '../../coordinator/requests.ts'
import type { Cluster } from '../../handlers/handler.ts'
import {
  assignmentIn,
  consumerProtocolType,
  encodeAssignment,
  encodeSubscription,
  newSubscription,
  placesOf,
  subscriptionIn,
  type TopicPartition,
} from '../../protocol/consumer-protocol.ts'
import {
  COORDINATOR_NOT_AVAILABLE,
  ILLEGAL_GENERATION,
  type KafkaError,
  NONE,
  REBALANCE_IN_PROGRESS,
  UNKNOWN_MEMBER_ID,
} from '../../protocol/errors.ts'

export interface MembershipOptions {
  readonly cluster: Cluster
  readonly groupId: string
  readonly clientId: string
  /** What it reads, as of now. */
  readonly topics: () => readonly string[]
  /** Its partitions are about to go: the last moment to commit. */
  readonly onRevoke: () => void
  readonly onAssign: (partitions: readonly TopicPartition[]) => void
  /** It is no member, and why. */
  readonly onFailure: (error: KafkaError) => void
}

/** Those of Kafka's Java consumer; within what settings allow. */
const sessionTimeoutMs = 45_000
const rebalanceTimeoutMs = 300_000
/** It costs nothing within the process, and the sooner a rebalance is noticed the sooner it is over. */
const heartbeatMs = 500
const rangeName = 'range'

export class Membership {
  readonly #options: MembershipOptions
  #memberId = ''
  #generation = -1
  #beat: Timer | null = null
  #isJoining = false
  #isOver = false
  /** What the current generation was made for: own topics, and as leader the partitions of everybody's. */
  #madeFor = ''
  /** Topics of all members, if this one leads. */
  #ledTopics: readonly string[] = []

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  get memberId(): string {
    return this.#memberId
  }

  get generation(): number {
    return this.#generation
  }

  /** Also to join again: something about it has changed. */
  join(): void {
    if (this.#isJoining || this.#isOver) return
    this.#isJoining = true
    this.#beat?.cancel()
    if (this.#generation >= 0) this.#options.onRevoke()
    this.#generation = -1
    this.#joinUntilAssigned().finally(() => {
      this.#isJoining = false
    })
  }

  /** There is no group to leave any more. */
  abandon(): void {
    this.#isOver = true
    this.#beat?.cancel()
    this.#memberId = ''
  }

  leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#beat?.cancel()
    if (this.#generation >= 0) this.#options.onRevoke()
    this.#sayGoodbye()
  }

  #sayGoodbye(): void {
    const { cluster, groupId } = this.#options
    if (this.#memberId === '' || !cluster.groups.isActive) return
    cluster.groups.leave(groupId, [{ memberId: this.#memberId, instanceId: null }])
  }

  async #joinUntilAssigned(): Promise<void> {
    for (;;) {
      const error = await this.#joinOnce()
      if (this.#isOver) {
        this.#sayGoodbye()
        return
      }
      if (error.is(NONE)) {
        this.#beatLater()
        return
      }
      if (error.is(UNKNOWN_MEMBER_ID) || error.is(ILLEGAL_GENERATION)) this.#memberId = ''
      else if (!error.is(REBALANCE_IN_PROGRESS)) {
        this.#memberId = ''
        this.#options.onFailure(error)
        return
      }
    }
  }

  async #joinOnce(): Promise<KafkaError> {
    const { groupId, cluster, topics, onAssign } = this.#options
    if (!cluster.groups.isActive) return COORDINATOR_NOT_AVAILABLE
    const own = topics()
    const joined = await this.#askToJoin(own)
    this.#memberId = joined.memberId
    if (!joined.error.is(NONE) || this.#isOver) return joined.error
    const { generation, protocolName, protocolType } = joined
    this.#madeFor = this.#situation(own, joined)
    const assignments = this.#lead(joined)
    const request = { memberId: joined.memberId, instanceId: null, generation, protocolType, protocolName, assignments }
    const synced = await new Promise<SyncAnswer>((resolve) => cluster.groups.sync(groupId, request, resolve))
    if (!synced.error.is(NONE) || this.#isOver) return synced.error
    this.#generation = generation
    onAssign(placesOf(assignmentIn(synced.assignment)?.topics ?? []))
    return NONE
  }

  #askToJoin(topics: readonly string[]): Promise<JoinAnswer> {
    const { groupId, clientId, cluster } = this.#options
    const { config } = cluster
    const least = config.number('group.min.session.timeout.ms')
    const most = config.number('group.max.session.timeout.ms')
    const request = {
      groupId,
      memberId: this.#memberId,
      instanceId: null,
      clientId,
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: Math.min(most, Math.max(least, sessionTimeoutMs)),
      rebalanceTimeoutMs,
      protocolType: consumerProtocolType,
      protocols: [{ name: rangeName, metadata: encodeSubscription(newSubscription(topics)) }],
      // That is for those who may get lost on their way.
      mustKnowItsId: false,
      maySkipAssignment: false,
    }
    return new Promise((resolve) => cluster.groups.join(request, resolve))
  }

  /** The shares of all members, from the leader. */
  #lead({ members }: JoinAnswer): ReadonlyMap<string, Buffer> {
    const subscribers = members.map(
      ({ memberId, instanceId, metadata }) =>
        [memberId, { ...(subscriptionIn(metadata) ?? newSubscription([])), instanceId }] as const,
    )
    const counts = new Map([...topicsOf(members)].map((topic) => [topic, this.#partitionCount(topic)]))
    const shares = assignors[rangeName].assign(new Map(subscribers), counts)
    return new Map([...shares].map(([memberId, partitions]) => [memberId, encodeAssignment(partitions)]))
  }

  /** Other members' time runs on when Blink's clock is made to stand still. */
  #beatLater(): void {
    this.#beat = this.#options.cluster.clock.within(heartbeatMs, () => this.#heartbeat())
  }

  #heartbeat(): void {
    const { cluster, groupId, topics } = this.#options
    const error = cluster.groups.heartbeat(groupId, this.#memberId, null, this.#generation)
    if (error.is(UNKNOWN_MEMBER_ID) || error.is(ILLEGAL_GENERATION)) this.#memberId = ''
    if (!error.is(NONE) || this.#madeFor !== this.#situation(topics(), null)) this.join()
    else this.#beatLater()
  }

  #situation(own: readonly string[], joined: JoinAnswer | null): string {
    if (joined !== null) this.#ledTopics = [...topicsOf(joined.members)]
    return JSON.stringify([own, this.#ledTopics.map((topic) => this.#partitionCount(topic))])
  }

  #partitionCount(topic: string): number {
    return this.#options.cluster.topics.get(topic)?.partitions.length ?? 0
  }
}

/** All that any of them reads. */
function topicsOf(members: JoinAnswer['members']): ReadonlySet<string> {
  return new Set(members.flatMap(({ metadata }) => subscriptionIn(metadata)?.topics ?? []))
}
