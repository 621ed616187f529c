import { api, array, bool, int16, int32, string, uint16, uuid } from '../schema.ts'

/** Adds a controller to the voters of the quorum (KIP-853). */
export const addRaftVoter = api({
  key: 80,
  name: 'AddRaftVoter',
  versions: [0, 1],
  flexible: 0,
  request: {
    clusterId: string.nullable(),
    timeoutMs: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    listeners: array({ name: string, host: string, port: uint16 }),
    ackWhenCommitted: bool.since(1).absent(true),
  },
  response: { throttleTimeMs: int32, errorCode: int16, errorMessage: string.nullable() },
})
