import { NONE } from '../protocol/errors.ts'
import { describeUserScramCredentials } from '../protocol/messages/describe-user-scram-credentials.ts'
import { clusterRefusal } from './authorization.ts'
import { handler } from './handler.ts'

/**
 * Tells who may log in by SCRAM, and with how many iterations; never anything of a password.
 *
 * - Where nothing is wrong, what is said of it is empty, and not null.
 */
export default handler(describeUserScramCredentials, ({ users }, context) => {
  const refusal = clusterRefusal('DESCRIBE', context)
  const { scramUsers } = context.cluster.authentication
  const described = refusal === null ? scramUsers.describe(users?.map(({ name }) => name) ?? null) : []
  return {
    throttleTimeMs: 0,
    errorCode: (refusal ?? NONE).code,
    errorMessage: refusal?.message ?? '',
    results: described.map(({ user, error, credentials }) => ({
      user,
      errorCode: error.code,
      errorMessage: error.message ?? '',
      credentialInfos: [...credentials],
    })),
  }
})
