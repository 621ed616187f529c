import { api, array, bytes, int16, int32, string } from '../schema.ts'

/** The leader of a classic group hands in the assignment, every member fetches its share. */
export const syncGroup = api({
  key: 14,
  name: 'SyncGroup',
  versions: [0, 5],
  flexible: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: string.since(3).nullable(),
    protocolType: string.since(5).nullable(),
    protocolName: string.since(5).nullable(),
    assignments: array({ memberId: string, assignment: bytes }),
  },
  response: {
    throttleTimeMs: int32.since(1),
    errorCode: int16,
    protocolType: string.since(5).nullable(),
    protocolName: string.since(5).nullable(),
    assignment: bytes,
  },
})
