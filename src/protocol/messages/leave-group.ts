import { api, array, int16, int32, string } from '../schema.ts'

/** Members leave a classic group; several at once since KIP-345. */
export const leaveGroup = api({
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 5],
  flexible: 4,
  request: {
    groupId: string,
    memberId: string.until(2),
    members: array({ memberId: string, groupInstanceId: string.nullable(), reason: string.since(5).nullable() }).since(
      3,
    ),
  },
  response: {
    throttleTimeMs: int32.since(1),
    errorCode: int16,
    members: array({ memberId: string, groupInstanceId: string.nullable(), errorCode: int16 }).since(3),
  },
})
