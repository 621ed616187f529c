import { api, int16, int32, string, struct } from '../schema.ts'
import { topologyDescription } from '../streams-structs.ts'

/** A member of a streams group tells its topology as people read it, for a plugin of the broker to keep (KIP-1331). */
export const streamsGroupTopologyDescriptionUpdate = api({
  key: 93,
  name: 'StreamsGroupTopologyDescriptionUpdate',
  versions: [0, 0],
  flexible: 0,
  request: {
    groupId: string,
    memberId: string,
    topologyEpoch: int32,
    topologyDescription: struct(topologyDescription),
  },
  response: { throttleTimeMs: int32, errorCode: int16, errorMessage: string.nullable() },
})
