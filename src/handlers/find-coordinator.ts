import { COORDINATOR_NOT_AVAILABLE, INVALID_REQUEST, type KafkaError, NONE } from '../protocol/errors.ts'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { accessRefusal, clusterRefusal, inWords } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { coordinatorOfKey } from './moves.ts'
import { endpointOf } from './nodes.ts'

/** From this version on several coordinators are asked for at once. */
const severalSince = 4
const keyTypes = { group: 0, transaction: 1, share: 2 } as const
/** From this version on there are coordinators of share partitions (KIP-932). */
const sharesSince = 6
const sharePartitionKey = /^.*[^:\s].*:[\w-]{22}:[+-]?\d+$/
const nowhere = { nodeId: -1, host: '', port: -1 }

/**
 * Tells which broker coordinates a group, a transactional id or a share partition: the one that Kafka's hash of the key
 * falls to.
 *
 * - Versions 1–3 answer with the message NONE where nothing is wrong, as Kafka does; from version 4 on it is empty.
 * - A share partition's key is group, topic id and partition, with colons between.
 */
export default handler(findCoordinator, (request, context) => {
  const keys = context.version < severalSince ? [request.key] : request.coordinatorKeys
  const coordinators = keys.map((key) => coordinator(key, request.keyType, context))
  const single = coordinators[0] ?? { ...nowhere, errorCode: NONE.code }
  return {
    throttleTimeMs: 0,
    errorCode: single.errorCode,
    errorMessage: single.errorCode === NONE.code ? NONE.name : (coordinators[0]?.errorMessage ?? null),
    nodeId: single.nodeId,
    host: single.host,
    port: single.port,
    coordinators,
  }
})

function coordinator(key: string, keyType: number, context: Context) {
  const { cluster, connection } = context
  const denied =
    keyRefusal(key, keyType, context) ?? (keyType === keyTypes.share ? shareRefusal(key, context.version) : null)
  // Where several are asked for Kafka is short with each.
  const refusal =
    (context.version < severalSince ? inWords(denied) : denied) ?? refusalOf(keyType, cluster.groups.isActive)
  const { nodeId, host, port } = refusal === null ? endpointOf(coordinatorOfKey(key, cluster), connection) : nowhere
  const { code, message } = refusal ?? NONE
  return { key, nodeId, host, port, errorCode: code, errorMessage: message ?? '' }
}

function keyRefusal(key: string, keyType: number, context: Context): KafkaError | null {
  switch (keyType) {
    case keyTypes.group:
      return accessRefusal('DESCRIBE', 'GROUP', key, context)
    case keyTypes.transaction:
      return accessRefusal('DESCRIBE', 'TRANSACTIONAL_ID', key, context)
    default:
      return keyType === keyTypes.share ? clusterRefusal('CLUSTER_ACTION', context) : null
  }
}

function refusalOf(keyType: number, haveGroups: boolean): KafkaError | null {
  switch (keyType) {
    case keyTypes.group:
      return haveGroups ? null : COORDINATOR_NOT_AVAILABLE
    case keyTypes.transaction:
    case keyTypes.share:
      return null
    default:
      return INVALID_REQUEST.because(`There is no coordinator of type ${keyType}.`)
  }
}

function shareRefusal(key: string, version: number): KafkaError | null {
  if (version < severalSince)
    return INVALID_REQUEST.because(`Share partitions are known from version ${sharesSince} on.`)
  return version >= sharesSince && sharePartitionKey.test(key) ? null : INVALID_REQUEST
}
