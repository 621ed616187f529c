/**
 * Fetch sessions (KIP-227): the broker remembers which partitions a consumer fetches and what it last told it of each,
 * so that requests name only what changes and answers only what is new.
 *
 * A session's epoch counts its requests; one that is out of step is refused, and the client starts over.
 */
import { ZERO_UUID } from '../base/bytes.ts'
import { positiveInt, type Random } from '../base/random.ts'
import { FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, type KafkaError, NONE } from '../protocol/errors.ts'
import type { fetch } from '../protocol/messages/fetch.ts'
import type { Value } from '../protocol/schema.ts'

type Request = Value<typeof fetch.request>
type Topic = Request['topics'][number]
type Partition = Topic['partitions'][number]
export type PartitionData = Value<typeof fetch.response>['responses'][number]['partitions'][number]

/** One partition as a client asks for it. */
export interface Fetched {
  readonly name: string
  readonly topicId: string
  readonly index: number
  /** Below zero: it does not say. */
  currentLeaderEpoch: number
  /** The epoch of the last record that the client has; below zero: it does not say. */
  lastFetchedEpoch: number
  fetchOffset: number
  bytesMax: number
  /** What the client was last told; −1: nothing yet. */
  highWatermark: number
  logStartOffset: number
}

export interface Answered {
  readonly asked: Fetched
  readonly data: PartitionData
}

/** One request, in or out of a session. */
export interface FetchContext {
  readonly partitions: Iterable<Fetched>
  /** Under which session an answer is that brings nothing; 0: there is none yet. */
  readonly sessionId: number
  /** What of the answers is to be sent, and under which session. */
  finish(answers: readonly Answered[]): { readonly sessionId: number; readonly answers: readonly Answered[] }
}

interface Session {
  readonly id: number
  epoch: number
  readonly partitions: Map<string, Fetched>
}

const noSession = 0
const firstEpoch = 0
const finalEpoch = -1
const epochMax = 0x7fff_ffff

export class FetchSessions {
  readonly #random: Random
  readonly #sessionsMax: number
  /** The one that was used longest ago comes first. */
  readonly #sessions = new Map<number, Session>()

  constructor(random: Random, sessionsMax: number) {
    this.#random = random
    this.#sessionsMax = sessionsMax
  }

  get count(): number {
    return this.#sessions.size
  }

  /** What a session asks for without naming it. */
  partitionsOf(sessionId: number): readonly Pick<Fetched, 'name' | 'topicId' | 'index'>[] {
    return [...(this.#sessions.get(sessionId)?.partitions.values() ?? [])]
  }

  begin(request: Request): FetchContext | KafkaError {
    const { sessionId, sessionEpoch } = request
    if (sessionEpoch === firstEpoch || sessionEpoch === finalEpoch) {
      this.#sessions.delete(sessionId)
      const partitions = partitionsOf(request)
      return sessionEpoch === firstEpoch ? this.#begun(partitions) : sessionless(partitions)
    }
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return FETCH_SESSION_ID_NOT_FOUND
    if (session.epoch !== sessionEpoch) return INVALID_FETCH_SESSION_EPOCH
    return this.#continued(session, request)
  }

  /** A full request after which the client may go on in a session. */
  #begun(partitions: Map<string, Fetched>): FetchContext {
    return {
      partitions: partitions.values(),
      sessionId: noSession,
      finish: (answers) => {
        if (this.#sessionsMax === 0) return { sessionId: noSession, answers }
        for (const answer of answers) remember(answer)
        return { sessionId: this.#open(partitions), answers }
      },
    }
  }

  #continued(session: Session, request: Request): FetchContext {
    for (const [key, asked] of partitionsOf(request)) {
      const known = session.partitions.get(key)
      if (known === undefined) session.partitions.set(key, asked)
      else update(known, asked)
    }
    for (const topic of request.forgottenTopicsData) {
      for (const index of topic.partitions) session.partitions.delete(keyOf(topic, index))
    }
    this.#sessions.delete(session.id)
    if (session.partitions.size === 0) return sessionless(session.partitions)
    this.#sessions.set(session.id, session)
    session.epoch = session.epoch === epochMax ? 1 : session.epoch + 1
    return {
      partitions: session.partitions.values(),
      sessionId: session.id,
      finish: (answers) => ({ sessionId: session.id, answers: answers.filter((answer) => isNews(answer, session)) }),
    }
  }

  #open(partitions: Map<string, Fetched>): number {
    let id = positiveInt(this.#random)
    while (this.#sessions.has(id)) id = positiveInt(this.#random)
    if (this.#sessions.size >= this.#sessionsMax) this.#sessions.delete(this.#sessions.keys().next().value!)
    this.#sessions.set(id, { id, epoch: 1, partitions })
    return id
  }
}

function sessionless(partitions: Map<string, Fetched>): FetchContext {
  const finish: FetchContext['finish'] = (answers) => ({ sessionId: noSession, answers })
  return { partitions: partitions.values(), sessionId: noSession, finish }
}

function partitionsOf({ topics }: Request): Map<string, Fetched> {
  const partitions = new Map<string, Fetched>()
  for (const topic of topics)
    for (const one of topic.partitions) partitions.set(keyOf(topic, one.partition), fetched(topic, one))
  return partitions
}

function keyOf({ topic, topicId }: Pick<Topic, 'topic' | 'topicId'>, index: number): string {
  return `${topicId === ZERO_UUID ? topic : topicId}/${index}`
}

function fetched({ topic, topicId }: Topic, asked: Partition): Fetched {
  return {
    name: topic,
    topicId,
    index: asked.partition,
    currentLeaderEpoch: asked.currentLeaderEpoch,
    lastFetchedEpoch: asked.lastFetchedEpoch,
    fetchOffset: asked.fetchOffset,
    bytesMax: asked.partitionMaxBytes,
    highWatermark: -1,
    logStartOffset: -1,
  }
}

function update(known: Fetched, { currentLeaderEpoch, lastFetchedEpoch, fetchOffset, bytesMax }: Fetched): void {
  known.currentLeaderEpoch = currentLeaderEpoch
  known.lastFetchedEpoch = lastFetchedEpoch
  known.fetchOffset = fetchOffset
  known.bytesMax = bytesMax
}

/**
 * Whether the client has yet to hear this. A partition that had records goes to the end, so that all get their turn.
 */
function isNews(answer: Answered, { partitions }: Session): boolean {
  const { asked, data } = answer
  const hasRecords = data.records !== null && data.records.length > 0
  const isNew =
    hasRecords ||
    data.errorCode !== NONE.code ||
    data.highWatermark !== asked.highWatermark ||
    data.logStartOffset !== asked.logStartOffset
  if (isNew) remember(answer)
  const key = keyOf({ topic: asked.name, topicId: asked.topicId }, asked.index)
  if (hasRecords && partitions.delete(key)) partitions.set(key, asked)
  return isNew
}

function remember({ asked, data }: Answered): void {
  const isError = data.errorCode !== NONE.code // Then the client is to hear of the partition again in any case.
  asked.highWatermark = isError ? -1 : data.highWatermark
  asked.logStartOffset = isError ? -1 : data.logStartOffset
}
