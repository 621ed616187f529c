/** ACLs of a broker: found, made and removed, in the codes that messages carry. */
import { errorOf, NONE, SECURITY_DISABLED } from '../protocol/errors.ts'
import { createAcls } from '../protocol/messages/create-acls.ts'
import { deleteAcls } from '../protocol/messages/delete-acls.ts'
import { describeAcls } from '../protocol/messages/describe-acls.ts'
import { ClientError, refusal } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'

export interface AclEntry {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

/** Null matches anything. */
export interface AclEntryFilter {
  readonly resourceTypeFilter: number
  readonly resourceNameFilter: string | null
  readonly patternTypeFilter: number
  readonly principalFilter: string | null
  readonly hostFilter: string | null
  readonly operation: number
  readonly permissionType: number
}

interface Outcome {
  readonly errorCode: number
  readonly errorMessage: string | null
}

export function findAcls(client: KafkaClient, filter: AclEntryFilter): Promise<AclEntry[]> {
  return client.retrying(async () => {
    const connection = await client.anyConnection()
    const answer = await connection.request(describeAcls, filter)
    refuse(answer)
    return answer.resources.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })))
  })
}

/** Throws ClientError for the first that is refused. */
export function addAcls(client: KafkaClient, acls: readonly AclEntry[]): Promise<void> {
  return client.retrying(async () => {
    const controller = await client.controller()
    const creations = acls.map(({ patternType, ...acl }) => ({ ...acl, resourcePatternType: patternType }))
    const { results } = await controller.request(createAcls, { creations })
    for (const result of results) refuse(result)
  })
}

/** Those that were there. */
export function removeAcls(client: KafkaClient, filter: AclEntryFilter): Promise<AclEntry[]> {
  return client.retrying(async () => {
    const controller = await client.controller()
    const { filterResults } = await controller.request(deleteAcls, { filters: [filter] })
    const [told] = filterResults
    refuse(told!)
    for (const acl of told!.matchingAcls) refuse(acl)
    return [...told!.matchingAcls]
  })
}

function refuse({ errorCode, errorMessage }: Outcome): void {
  const error = errorOf(errorCode)
  if (error.is(NONE)) return
  if (!error.is(SECURITY_DISABLED)) throw refusal('ACLs', error, errorMessage)
  throw new ClientError('this broker has no ACLs: authorizer: true switches them on', 'refused', error, false)
}
