import { api, array, bool, int16, int32, int8, string, struct, uuid } from '../schema.ts'

const assignment = struct({ topicPartitions: array({ topicId: uuid, topicName: string, partitions: array(int32) }) })

/** Consumer groups of the new protocol: their members, what each has, and what each is to have (KIP-848). */
export const consumerGroupDescribe = api({
  key: 69,
  name: 'ConsumerGroupDescribe',
  versions: [0, 1],
  flexible: 0,
  request: { groupIds: array(string), includeAuthorizedOperations: bool },
  response: {
    throttleTimeMs: int32,
    groups: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      groupId: string,
      groupState: string,
      groupEpoch: int32,
      assignmentEpoch: int32,
      assignorName: string,
      members: array({
        memberId: string,
        instanceId: string.nullable(),
        rackId: string.nullable(),
        memberEpoch: int32,
        clientId: string,
        clientHost: string,
        subscribedTopicNames: array(string),
        subscribedTopicRegex: string.nullable(),
        assignment,
        targetAssignment: assignment,
        memberType: int8.since(1).absent(-1),
      }),
      authorizedOperations: int32.absent(-2147483648),
    }),
  },
})
