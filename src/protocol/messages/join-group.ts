import { api, array, bool, bytes, int16, int32, string } from '../schema.ts'

/** A member asks to be let into a classic group and waits until its generation is complete. Static members: KIP-345. */
export const joinGroup = api({
  key: 11,
  name: 'JoinGroup',
  versions: [0, 9],
  flexible: 6,
  request: {
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: int32.since(1).absent(-1),
    memberId: string,
    groupInstanceId: string.since(5).nullable(),
    protocolType: string,
    protocols: array({ name: string, metadata: bytes }),
    reason: string.since(8).nullable(),
  },
  response: {
    throttleTimeMs: int32.since(2),
    errorCode: int16,
    generationId: int32,
    protocolType: string.since(7).nullable(),
    protocolName: string.nullable(7),
    leader: string,
    skipAssignment: bool.since(9),
    memberId: string,
    members: array({ memberId: string, groupInstanceId: string.since(5).nullable(), metadata: bytes }),
  },
})
