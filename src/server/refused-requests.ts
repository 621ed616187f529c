/**
 * The answer to a request that is refused with a given error, at the level at which Kafka reports errors of its API:
 * for the request, each topic, each partition, each group.
 *
 * What a request would change is left alone where the error is meant; what it would only read may be read, and the
 * error is written over it. Partitions that a leader serves are refused by their handlers, who ask `refusalAt`.
 */
import type { Fault } from '../faults/fault.ts'
import type { Cluster } from '../handlers/handler.ts'
import {
  FETCH_SESSION_ID_NOT_FOUND,
  FETCH_SESSION_TOPIC_ID_ERROR,
  INVALID_FETCH_SESSION_EPOCH,
  type KafkaError,
  OPERATION_NOT_ATTEMPTED,
} from '../protocol/errors.ts'
import type { AnyType, Api, Fields } from '../protocol/schema.ts'
import { partitionOf, topicOf } from './request-facts.ts'

type Message = Record<string, unknown>

export interface Refusing {
  readonly api: Api
  readonly version: number
  readonly message: Message
  readonly error: KafkaError
  readonly fault: Pick<Fault, 'topic' | 'partition'>
  readonly cluster: Pick<Cluster, 'topics'>
  isAt(topic: string, partition: number | null): boolean
}

/** Lists of what a request would change, and where the answer has theirs. */
const changes: Readonly<Record<string, readonly (readonly [asked: string, answered: string])[]>> = {
  AlterConfigs: [['resources', 'responses']],
  CreatePartitions: [['topics', 'results']],
  CreateTopics: [['topics', 'topics']],
  DeleteGroups: [['groupsNames', 'results']],
  DeleteTopics: [
    ['topics', 'responses'],
    ['topicNames', 'responses'],
  ],
  IncrementalAlterConfigs: [['resources', 'responses']],
  OffsetCommit: [['topics', 'topics']],
  OffsetDelete: [['topics', 'topics']],
  TxnOffsetCommit: [['topics', 'topics']],
}
/** Their handlers ask for each partition whether it is refused. */
const served = ['Produce', 'Fetch', 'ListOffsets', 'DeleteRecords', 'OffsetForLeaderEpoch']
const ofSessions = [FETCH_SESSION_ID_NOT_FOUND, FETCH_SESSION_TOPIC_ID_ERROR, INVALID_FETCH_SESSION_EPOCH]
/** What Kafka says, beside an error, where there is nothing to say; everything else is zero or empty. */
const nothing = new Set([
  'committedLeaderEpoch',
  'committedOffset',
  'controllerId',
  'generationId',
  'nodeId',
  'numPartitions',
  'port',
  'producerEpoch',
  'producerId',
  'replicationFactor',
])

/** Whether the handler itself refuses the partitions, asked by `refusalAt`. */
export function isServedByLeaders({ api, error }: Pick<Refusing, 'api' | 'error'>): boolean {
  return served.includes(api.name) && !ofSessions.some((one) => error.is(one))
}

/** `carryOut` handles what is left of the request. */
export async function refused(
  refusing: Refusing,
  carryOut: (message: Message) => Promise<Message | null>,
): Promise<Message | null> {
  const { api, version, message } = refusing
  if (api.name === 'AddPartitionsToTxn') return notAdded(refusing)
  const lists = changes[api.name]
  if (lists !== undefined) return withoutChanges(refusing, lists, carryOut)
  if (has(api.response.errorCode, version) && !isNarrow(refusing.fault)) {
    return answerTo(api.response, message, refusing)
  }
  // Metadata makes topics that are not there yet, if it is let.
  const isMaking = 'allowAutoTopicCreation' in message
  const answer = await carryOut(isMaking ? { ...message, allowAutoTopicCreation: false } : message)
  return answer === null ? null : stamped(answer, api.response, refusing, undefined)
}

/** An answer in which nothing is said. */
export function nothingOf({ response }: Api, version: number): Message {
  return complete(response, version, {})
}

/** All partitions are added to a transaction or none. From version 4 on, which is for brokers, one error says it. */
function notAdded(refusing: Refusing): Message {
  const { api, version, message, error } = refusing
  if (has(api.response.errorCode, version)) return answerTo(api.response, message, refusing)
  const resultsByTopicV3AndBelow = (message.v3AndBelowTopics as { name: string; partitions: number[] }[]).map(
    ({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => {
        const { code } = isMeant({ name, partitionIndex }, refusing) ? error : OPERATION_NOT_ATTEMPTED
        return { partitionIndex, partitionErrorCode: code }
      }),
    }),
  )
  return complete(api.response, version, { resultsByTopicV3AndBelow })
}

async function withoutChanges(
  refusing: Refusing,
  lists: readonly (readonly [asked: string, answered: string])[],
  carryOut: (message: Message) => Promise<Message | null>,
): Promise<Message | null> {
  const { api, version, message } = refusing
  const left: Message = { ...message }
  const answers = new Map<string, Message[]>()
  for (const [asked, answered] of lists) {
    const wire = api.response[answered]?.wire
    const split = splitUp(message[asked], fieldsOf(wire), refusing)
    left[asked] = split.left
    answers.set(answered, [...(answers.get(answered) ?? []), ...split.refused])
  }
  const isAnythingLeft = lists.some(([asked]) => list(left[asked]).length > 0)
  const answer = isAnythingLeft ? await carryOut(left) : complete(api.response, version, {})
  if (answer === null) return null
  for (const [answered, refused] of answers) answer[answered] = [...list(answer[answered]), ...refused]
  return answer
}

/** Topics with partitions are split by partition, whatever has none as a whole. */
function splitUp(items: unknown, fields: Fields, refusing: Refusing): { left: unknown[]; refused: Message[] } {
  const left: unknown[] = []
  const refused: Message[] = []
  for (const item of list(items)) {
    const part = typeof item === 'string' ? { name: item, groupId: item } : (item as Message)
    const inner = fieldsOf(fields.partitions?.wire)
    if ('partitions' in part && 'errorCode' in inner) {
      const isHit = (one: unknown) => isMeant({ ...part, ...asPartition(one) }, refusing)
      const [hit, spared] = halves(list(part.partitions), isHit)
      if (spared.length > 0) left.push({ ...part, partitions: spared })
      if (hit.length === 0) continue
      const partitions = hit.map((one) => answerTo(inner, asPartition(one), refusing))
      refused.push(complete(fields, refusing.version, { ...sameNames(fields, part), partitions }))
    } else if (isMeant(part, refusing)) refused.push(answerTo(fields, part, refusing))
    else left.push(item)
  }
  return { left, refused }
}

function answerTo(fields: Fields, asked: Message, refusing: Refusing): Message {
  return complete(fields, refusing.version, { ...sameNames(fields, asked), ...errorFields(refusing) })
}

function asPartition(part: unknown): Message {
  return typeof part === 'number' ? { partitionIndex: part } : (part as Message)
}

function halves<T>(items: readonly T[], isHit: (item: T) => boolean): [hit: T[], spared: T[]] {
  return [items.filter((item) => isHit(item)), items.filter((item) => !isHit(item))]
}

function isMeant(part: Message, { fault, cluster, isAt }: Refusing): boolean {
  if (!isNarrow(fault)) return true
  const topic = topicOf({ ...part, name: part.name ?? part.resourceName }, cluster)
  return topic !== undefined && isAt(topic, partitionOf(part))
}

function isNarrow({ topic, partition }: Refusing['fault']): boolean {
  return topic !== null || partition !== null
}

/** The error on the outermost level that has one and is meant: topic or partition, where only some are. */
function stamped(value: Message, fields: Fields, refusing: Refusing, topic: string | undefined): Message {
  const here = topicOf(value, refusing.cluster) ?? topic
  if (has(fields.errorCode, refusing.version) && isLevel(value, here, refusing)) return wiped(value, fields, refusing)
  const inner = Object.entries(fields).filter(([, type]) => Object.keys(fieldsOf(type.wire)).length > 0)
  const changed = inner.map(([name, type]) => [
    name,
    Array.isArray(value[name])
      ? list(value[name]).map((one) => stamped(one as Message, fieldsOf(type.wire), refusing, here))
      : value[name],
  ])
  return { ...value, ...Object.fromEntries(changed) }
}

function isLevel(value: Message, topic: string | undefined, { fault, isAt }: Refusing): boolean {
  if (!isNarrow(fault)) return true
  const partition = partitionOf(value)
  if (topic === undefined || (fault.partition !== null && partition === null)) return false
  return isAt(topic, partition)
}

function wiped(value: Message, fields: Fields, refusing: Refusing): Message {
  const empty = Object.entries(fields).flatMap(([name, { wire }]): [string, unknown][] => {
    if (wire.kind === 'array') return [[name, []]]
    return nothing.has(name) ? [[name, -1]] : []
  })
  return { ...value, ...Object.fromEntries(empty), ...errorFields(refusing) }
}

function errorFields({ error }: Refusing): Message {
  return { errorCode: error.code, errorMessage: error.message }
}

/** What the answer repeats of the request. */
function sameNames(fields: Fields, asked: Message): Message {
  const same = Object.entries(fields).filter(
    ([name, { wire }]) => name in asked && wire.kind !== 'array' && !nothing.has(name),
  )
  return Object.fromEntries(same.map(([name]) => [name, asked[name]]))
}

function complete(fields: Fields, version: number, known: Message): Message {
  const all = Object.entries(fields).map(([name, type]) => [name, nothing.has(name) ? -1 : absentIn(version, type)])
  return { ...Object.fromEntries(all), ...known }
}

/** Where null may not stand yet, text is empty. */
function absentIn(version: number, { presence, wire }: AnyType): unknown {
  const isEmpty = presence.absent === null && wire.kind === 'string' && version < presence.nullableSince
  return isEmpty ? '' : presence.absent
}

function has(type: AnyType | undefined, version: number): boolean {
  return type !== undefined && version >= type.presence.since && version <= type.presence.until
}

/** Of the structs of a list. */
function fieldsOf(wire: AnyType['wire'] | undefined): Fields {
  return wire?.kind === 'array' && wire.of.wire.kind === 'struct' ? wire.of.wire.fields : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
