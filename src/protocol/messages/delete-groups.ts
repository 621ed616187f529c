import { api, array, int16, int32, string } from '../schema.ts'

/** Deletes groups that have no members (KIP-229). */
export const deleteGroups = api({
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 3],
  flexible: 2,
  request: { groupsNames: array(string) },
  response: {
    throttleTimeMs: int32,
    results: array({ groupId: string, errorCode: int16, errorMessage: string.since(3).nullable() }),
  },
})
