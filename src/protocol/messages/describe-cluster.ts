import { api, array, bool, int16, int32, int8, string } from '../schema.ts'

/** The brokers of the cluster (KIP-700). Endpoints of controllers: KIP-919. */
export const describeCluster = api({
  key: 60,
  name: 'DescribeCluster',
  versions: [0, 2],
  flexible: 0,
  request: {
    includeClusterAuthorizedOperations: bool,
    endpointType: int8.since(1).absent(1),
    includeFencedBrokers: bool.since(2),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    endpointType: int8.since(1).absent(1),
    clusterId: string,
    controllerId: int32,
    brokers: array({ brokerId: int32, host: string, port: int32, rack: string.nullable(), isFenced: bool.since(2) }),
    clusterAuthorizedOperations: int32,
  },
})
