import { api, array, int16, int32, string, uuid } from '../schema.ts'

/** Deletes topics, by name or by id (KIP-516). */
export const deleteTopics = api({
  key: 20,
  name: 'DeleteTopics',
  versions: [1, 6],
  oldest: 0,
  flexible: 4,
  request: {
    topics: array({ name: string.nullable(), topicId: uuid }).since(6),
    topicNames: array(string).until(5),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32.since(1),
    responses: array({
      name: string.nullable(6),
      topicId: uuid.since(6),
      errorCode: int16,
      errorMessage: string.since(5).nullable(),
    }),
  },
})
