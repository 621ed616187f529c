/**
 * What a handler asks before it does something: whether the principal of the connection may. Without an authorizer
 * everyone may everything. Which API asks for what is listed, and held against the handlers, in the tests.
 */
import { clusterName, type Operation, operations, type ResourceType } from '../authorization/acl.ts'
import {
  CLUSTER_AUTHORIZATION_FAILED,
  DELEGATION_TOKEN_AUTHORIZATION_FAILED,
  GROUP_AUTHORIZATION_FAILED,
  type KafkaError,
  TOPIC_AUTHORIZATION_FAILED,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
} from '../protocol/errors.ts'
import { insider } from '../protocol/principal.ts'
import type { Context } from './handler.ts'

export type Access = Pick<Context, 'cluster' | 'connection'>

/** What there is to be asked for of each type of resource. */
const supported = {
  TOPIC: ['READ', 'WRITE', 'CREATE', 'DESCRIBE', 'DELETE', 'ALTER', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  GROUP: ['READ', 'DESCRIBE', 'DELETE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  CLUSTER: [
    ...(['CREATE', 'CLUSTER_ACTION', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS', 'IDEMPOTENT_WRITE', 'ALTER'] as const),
    'DESCRIBE',
  ],
} as const satisfies Partial<Record<ResourceType, readonly Operation[]>>

/** For the answers in which Kafka says it in a sentence. */
const sentences = new Map([
  [TOPIC_AUTHORIZATION_FAILED, 'Not allowed on this topic.'],
  [GROUP_AUTHORIZATION_FAILED, 'Not allowed on this group.'],
  [CLUSTER_AUTHORIZATION_FAILED, 'Not allowed on this cluster.'],
  [TRANSACTIONAL_ID_AUTHORIZATION_FAILED, 'Not allowed with this transactional id.'],
  [DELEGATION_TOKEN_AUTHORIZATION_FAILED, 'Not allowed with this delegation token.'],
])

const failures = {
  TOPIC: TOPIC_AUTHORIZATION_FAILED,
  GROUP: GROUP_AUTHORIZATION_FAILED,
  CLUSTER: CLUSTER_AUTHORIZATION_FAILED,
  TRANSACTIONAL_ID: TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  DELEGATION_TOKEN: DELEGATION_TOKEN_AUTHORIZATION_FAILED,
} as const

/** Of what the client asks for: a denial is told in the log. */
export function isAllowed(operation: Operation, resourceType: ResourceType, name: string, access: Access): boolean {
  return judged(operation, resourceType, name, access, true)
}

/** Of what it did not ask for, as one of all topics, or what else it may do. */
export function isOpenTo(operation: Operation, resourceType: ResourceType, name: string, access: Access): boolean {
  return judged(operation, resourceType, name, access, false)
}

function judged(operation: Operation, type: ResourceType, name: string, access: Access, isAsked: boolean): boolean {
  const { authorizer } = access.cluster
  if (authorizer === null) return true
  const { principal, remoteAddress: host } = access.connection
  return principal === insider || authorizer.judges({ principal, host }, operation, type, name, isAsked)
}

/** Whether there is any resource of the type with which it may be done. */
export function isAllowedSomewhere(operation: Operation, resourceType: ResourceType, access: Access): boolean {
  const { authorizer } = access.cluster
  if (authorizer === null) return true
  const { principal, remoteAddress } = access.connection
  return principal === insider || authorizer.allowsSome({ principal, host: remoteAddress }, operation, resourceType)
}

/** Why the principal may not, or null. */
export function accessRefusal(
  operation: Operation,
  resourceType: keyof typeof failures,
  name: string,
  access: Access,
): KafkaError | null {
  return isAllowed(operation, resourceType, name, access) ? null : failures[resourceType]
}

/** The same for what concerns the cluster as a whole. */
export function clusterRefusal(operation: Operation, access: Access): KafkaError | null {
  return accessRefusal(operation, 'CLUSTER', clusterName, access)
}

/** Why the principal may not make this topic, or null: who may make any needs no leave for this one. */
export function creationRefusal(topic: string, access: Access): KafkaError | null {
  return isOpenTo('CREATE', 'CLUSTER', clusterName, access) ? null : accessRefusal('CREATE', 'TOPIC', topic, access)
}

/** The refusal with a sentence for it. */
export function inWords(refusal: KafkaError | null): KafkaError | null {
  const sentence = refusal === null ? undefined : sentences.get(refusal)
  return sentence === undefined ? refusal : refusal!.because(sentence)
}

/** As a bit field, for the answers that tell what the client may do (KIP-430). */
export function authorizedOperations(resourceType: keyof typeof supported, name: string, access: Access): number {
  const allowed = supported[resourceType].filter((operation) => isOpenTo(operation, resourceType, name, access))
  return allowed.reduce((bits, operation) => bits | (1 << operations[operation]), 0)
}

/** Those of the cluster: told only to those who may look at it. */
export function clusterOperations(access: Access): number {
  return isAllowed('DESCRIBE', 'CLUSTER', clusterName, access)
    ? authorizedOperations('CLUSTER', clusterName, access)
    : 0
}

/** In the place of such a bit field: the client did not ask. */
export const unaskedOperations = -2147483648

export function operationsIf(isAsked: boolean, type: keyof typeof supported, name: string, access: Access): number {
  return isAsked ? authorizedOperations(type, name, access) : unaskedOperations
}
