/**
 * Share sessions (KIP-932): what a member of a share group asks for, so that it need not say it each time.
 *
 * A session is of one member of one group, and is found by them. It lasts until it is closed, is opened anew, or its
 * connection closes; then what the member holds goes back to the others.
 */
import {
  INVALID_REQUEST,
  INVALID_SHARE_SESSION_EPOCH,
  type KafkaError,
  SHARE_SESSION_LIMIT_REACHED,
  SHARE_SESSION_NOT_FOUND,
  UNKNOWN_SERVER_ERROR,
} from '../protocol/errors.ts'

export interface TopicIdPartition {
  readonly topicId: string
  readonly partition: number
}

export interface Member {
  readonly groupId: string
  readonly memberId: string
}

/** What it asks for, and whether the answer must speak of it, whatever there is to say. */
export interface Asked extends TopicIdPartition {
  mustRespond: boolean
}

export interface ShareSession extends Member {
  epoch: number
  readonly connection: object
  readonly partitions: Map<string, Asked>
}

export interface SessionRequest extends Member {
  readonly epoch: number
  readonly partitions: readonly TopicIdPartition[]
  readonly forgotten: readonly TopicIdPartition[]
  readonly hasAcknowledgements: boolean
  readonly connection: object
}

/** Of a request that begins or ends a session. */
export const initialEpoch = 0
export const finalEpoch = -1
const epochMax = 0x7fff_ffff

export interface SessionsOptions {
  /** group.share.max.share.sessions; read anew at each use. */
  readonly sessionsMax: () => number
  /** The member is gone: takes back what it holds of these. */
  readonly release: (member: Member, partitions: readonly TopicIdPartition[]) => void
  /** No member of the group has a session any more. */
  readonly forgetGroup: (groupId: string) => void
}

export class ShareSessions {
  readonly #options: SessionsOptions
  /** By group, then by member; no empty maps. */
  readonly #groups = new Map<string, Map<string, ShareSession>>()
  /** By connection: whose session was opened over it last. */
  readonly #connections = new WeakMap<object, ShareSession>()
  #count = 0

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#count
  }

  get({ groupId, memberId }: Member): ShareSession | undefined {
    return this.#groups.get(groupId)?.get(memberId)
  }

  /** The session of a fetch, which from now on asks for what it is told here; one that ends asks for nothing more. */
  fetch(request: SessionRequest): ShareSession | KafkaError {
    const session = this.get(request)
    if (request.epoch === initialEpoch) {
      if (request.hasAcknowledgements) return INVALID_REQUEST
      if (session !== undefined) this.#remove(session)
      if (new Set(request.partitions.map(keyOf)).size < request.partitions.length) return UNKNOWN_SERVER_ERROR
      return this.#count < this.#options.sessionsMax() ? this.#open(request) : SHARE_SESSION_LIMIT_REACHED
    }
    if (session === undefined) return SHARE_SESSION_NOT_FOUND
    if (request.epoch === finalEpoch) return session
    if (session.epoch !== request.epoch) return INVALID_SHARE_SESSION_EPOCH
    for (const one of request.partitions) {
      const key = keyOf(one)
      if (!session.partitions.has(key)) session.partitions.set(key, { ...one, mustRespond: true })
    }
    for (const one of request.forgotten) session.partitions.delete(keyOf(one))
    session.epoch = nextEpoch(session.epoch)
    return session
  }

  /** Whether a member may acknowledge in its session, which goes on with it. */
  acknowledge(member: Member, epoch: number): KafkaError | null {
    if (epoch === initialEpoch) return INVALID_SHARE_SESSION_EPOCH
    const session = this.get(member)
    if (session === undefined) return SHARE_SESSION_NOT_FOUND
    if (epoch === finalEpoch) return null
    if (session.epoch !== epoch) return INVALID_SHARE_SESSION_EPOCH
    session.epoch = nextEpoch(epoch)
    return null
  }

  /** It has ended; what its member holds goes back. */
  close(member: Member): void {
    const session = this.get(member)
    if (session === undefined) return
    this.#remove(session)
    this.#options.release(member, [...session.partitions.values()])
  }

  /** Its member, if it has a session over this connection, is gone. */
  closed(connection: object): void {
    const session = this.#connections.get(connection)
    if (session === undefined) return
    this.#connections.delete(connection)
    if (this.get(session) === session) this.close(session)
    if (!this.#groups.has(session.groupId)) this.#options.forgetGroup(session.groupId)
  }

  clear(): void {
    this.#groups.clear()
    this.#count = 0
  }

  #open({ groupId, memberId, connection, partitions }: SessionRequest): ShareSession {
    const asked = partitions.map((one): [string, Asked] => [keyOf(one), { ...one, mustRespond: false }])
    const session = { groupId, memberId, connection, epoch: nextEpoch(initialEpoch), partitions: new Map(asked) }
    const members = this.#groups.get(groupId) ?? new Map<string, ShareSession>()
    this.#groups.set(groupId, members.set(memberId, session))
    this.#connections.set(connection, session)
    this.#count++
    return session
  }

  #remove({ groupId, memberId }: ShareSession): void {
    const members = this.#groups.get(groupId)
    if (members?.delete(memberId) !== true) return
    this.#count--
    if (members.size === 0) this.#groups.delete(groupId)
  }
}

export function keyOf({ topicId, partition }: TopicIdPartition): string {
  return `${topicId}/${partition}`
}

function nextEpoch(epoch: number): number {
  return epoch === epochMax ? 1 : epoch + 1
}
