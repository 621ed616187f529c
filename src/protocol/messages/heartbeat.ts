import { api, int16, int32, string } from '../schema.ts'

/** A member of a classic group tells its coordinator that it is alive. Static members: KIP-345. */
export const heartbeat = api({
  key: 12,
  name: 'Heartbeat',
  versions: [0, 4],
  flexible: 4,
  request: { groupId: string, generationId: int32, memberId: string, groupInstanceId: string.since(3).nullable() },
  response: { throttleTimeMs: int32.since(1), errorCode: int16 },
})
