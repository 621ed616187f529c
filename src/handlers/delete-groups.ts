import { NONE } from '../protocol/errors.ts'
import { deleteGroups } from '../protocol/messages/delete-groups.ts'
import { accessRefusal } from './authorization.ts'
import { coordinatorRefusal } from './group-access.ts'
import { handler } from './handler.ts'

/**
 * Deletes groups that have no members, with their offsets. A group that is named twice is deleted and answered once.
 */
export default handler(deleteGroups, (request, context) => ({
  throttleTimeMs: 0,
  results: [...new Set(request.groupsNames)].map((groupId) => {
    const { groups, shares } = context.cluster
    const { code, message } =
      accessRefusal('DELETE', 'GROUP', groupId, context) ??
      coordinatorRefusal(groupId, context) ??
      groups.delete(groupId)
    if (code === NONE.code) shares.forgetGroup(groupId)
    return { groupId, errorCode: code, errorMessage: message }
  }),
}))
