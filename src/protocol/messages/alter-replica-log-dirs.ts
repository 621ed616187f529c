import { api, array, int16, int32, string } from '../schema.ts'

/** Moves replicas between the folders of a broker (KIP-113). */
export const alterReplicaLogDirs = api({
  key: 34,
  name: 'AlterReplicaLogDirs',
  versions: [1, 2],
  oldest: 0,
  flexible: 2,
  request: { dirs: array({ path: string, topics: array({ name: string, partitions: array(int32) }) }) },
  response: {
    throttleTimeMs: int32,
    results: array({ topicName: string, partitions: array({ partitionIndex: int32, errorCode: int16 }) }),
  },
})
