import type { Transaction } from '../coordinator/transaction.ts'
import { INVALID_REGULAR_EXPRESSION, KafkaError, NONE } from '../protocol/errors.ts'
import { listTransactions } from '../protocol/messages/list-transactions.ts'
import type { Value } from '../protocol/schema.ts'
import { isAllowed } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { transactionRefusal } from './transaction-access.ts'

type Request = Value<typeof listTransactions.request>
type Matches = (transactionalId: string) => boolean

/** All that Kafka knows, the two that no transaction here is ever seen in among them. */
const states: ReadonlySet<string> = new Set([
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
])

/**
 * Lists the transactional ids that this broker coordinates (KIP-664).
 *
 * - All filters must agree; an empty one is none. States that do not exist are named in the answer and match nothing.
 * - A pattern is one of RE2, as in Kafka, and must match the whole id.
 * - What never began any transaction has lasted longer than any duration, as in Kafka.
 */
export default handler(listTransactions, async (request, context) => {
  const matches = await matcherOf(request.transactionalIdPattern)
  const nothing = { throttleTimeMs: 0, unknownStateFilters: [], transactionStates: [] }
  if (matches instanceof KafkaError) return { ...nothing, errorCode: matches.code }
  return {
    throttleTimeMs: 0,
    errorCode: NONE.code,
    unknownStateFilters: [...new Set(request.stateFilters)].filter((state) => !states.has(state)),
    transactionStates: [...context.cluster.transactions.all()]
      .filter((transaction) => isAskedFor(transaction, request, matches, context))
      .map(({ transactionalId, producerId, state }) => ({ transactionalId, producerId, transactionState: state })),
  }
})

/** Loaded when it is first needed. In linear time, whatever the pattern. */
async function matcherOf(pattern: string | null): Promise<Matches | KafkaError> {
  if (pattern === null || pattern === '') return () => true
  const { RE2JS, RE2JSSyntaxException } = await import('re2js')
  try {
    const compiled = RE2JS.compile(pattern)
    return (transactionalId) => compiled.matches(transactionalId)
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return INVALID_REGULAR_EXPRESSION
    throw error
  }
}

function isAskedFor(
  { transactionalId, producerId, state, startedAtMs }: Transaction,
  { stateFilters, producerIdFilters, durationFilter }: Request,
  matches: Matches,
  context: Context,
): boolean {
  return (
    isAllowed('DESCRIBE', 'TRANSACTIONAL_ID', transactionalId, context) &&
    transactionRefusal(transactionalId, context) === null &&
    (stateFilters.length === 0 || stateFilters.includes(state)) &&
    (producerIdFilters.length === 0 || producerIdFilters.includes(producerId)) &&
    (durationFilter < 0 || context.now - startedAtMs > durationFilter) &&
    matches(transactionalId)
  )
}
