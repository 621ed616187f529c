import { alterUserScramCredentials } from '../protocol/messages/alter-user-scram-credentials.ts'
import type { Value } from '../protocol/schema.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler } from './handler.ts'

type Request = Value<typeof alterUserScramCredentials.request>

/** Gives users a password for SCRAM, or takes it away. A user who stands twice in it is left as he is. */
export default handler(alterUserScramCredentials, ({ deletions, upsertions }, context) => {
  const refusal = inWords(clusterRefusal('ALTER', context))
  const altered =
    refusal === null
      ? context.cluster.authentication.scramUsers.alter(deletions, upsertions)
      : namesIn({ deletions, upsertions }).map((user) => ({ user, error: refusal }))
  const results = altered.map(({ user, error }) => ({ user, errorCode: error.code, errorMessage: error.message }))
  return { throttleTimeMs: 0, results }
})

function namesIn({ deletions, upsertions }: Request): string[] {
  return [...new Set([...deletions, ...upsertions].map(({ name }) => name))]
}
