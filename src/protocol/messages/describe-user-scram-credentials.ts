import { api, array, int16, int32, int8, string } from '../schema.ts'

/** Which users may log in by SCRAM (KIP-554). */
export const describeUserScramCredentials = api({
  key: 50,
  name: 'DescribeUserScramCredentials',
  versions: [0, 0],
  flexible: 0,
  request: { users: array({ name: string }).nullable() },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    results: array({
      user: string,
      errorCode: int16,
      errorMessage: string.nullable(),
      credentialInfos: array({ mechanism: int8, iterations: int32 }),
    }),
  },
})
