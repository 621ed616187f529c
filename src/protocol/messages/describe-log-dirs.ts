import { api, array, bool, int16, int32, int64, string } from '../schema.ts'

/** Sizes of the logs on each broker (KIP-113). */
export const describeLogDirs = api({
  key: 35,
  name: 'DescribeLogDirs',
  versions: [1, 5],
  oldest: 0,
  flexible: 2,
  request: { topics: array({ topic: string, partitions: array(int32) }).nullable() },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(3),
    results: array({
      errorCode: int16,
      logDir: string,
      topics: array({
        name: string,
        partitions: array({ partitionIndex: int32, partitionSize: int64, offsetLag: int64, isFutureKey: bool }),
      }),
      totalBytes: int64.since(4).absent(-1),
      usableBytes: int64.since(4).absent(-1),
      isCordoned: bool.since(5),
    }),
  },
})
