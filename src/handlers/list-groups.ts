import { clusterName } from '../authorization/acl.ts'
import type { AnyGroup } from '../coordinator/any-group.ts'
import { COORDINATOR_NOT_AVAILABLE, NONE } from '../protocol/errors.ts'
import { listGroups } from '../protocol/messages/list-groups.ts'
import type { Value } from '../protocol/schema.ts'
import { isOpenTo } from './authorization.ts'
import { isCoordinatedHere } from './group-access.ts'
import { handler } from './handler.ts'

type Request = Value<typeof listGroups.request>

/**
 * Lists the groups that this broker coordinates; a client that wants all asks every broker.
 *
 * - Who may not describe the cluster is told of the groups that he may describe.
 * - States (KIP-518) and types (KIP-848) are compared without regard to case; one that does not exist fits no group.
 */
export default handler(listGroups, (request, context) => {
  const { groups } = context.cluster
  if (!groups.isActive) return { throttleTimeMs: 0, errorCode: COORDINATOR_NOT_AVAILABLE.code, groups: [] }
  const mayAll = isOpenTo('DESCRIBE', 'CLUSTER', clusterName, context)
  const listed = [...groups.all()].filter(
    (group) =>
      isCoordinatedHere(group.id, context) &&
      isAskedFor(group, request) &&
      (mayAll || isOpenTo('DESCRIBE', 'GROUP', group.id, context)),
  )
  return {
    throttleTimeMs: 0,
    errorCode: NONE.code,
    groups: listed.map(({ id, type, protocolType, state }) => ({
      groupId: id,
      protocolType: protocolType ?? '',
      groupState: state,
      groupType: type,
    })),
  }
})

function isAskedFor({ state, type }: AnyGroup, { statesFilter, typesFilter }: Request): boolean {
  return fits(state, statesFilter) && fits(type, typesFilter)
}

/** No filter lets all through. */
function fits(value: string, filter: readonly string[]): boolean {
  return filter.length === 0 || filter.some((each) => each.trim().toLowerCase() === value.toLowerCase())
}
