/** Transactional ids, and the transactions that are under way. */
import type { Transaction } from '../coordinator/transaction.ts'
import type { Cluster } from '../handlers/handler.ts'
import { coordinatorOfKey } from '../handlers/moves.ts'
import { TRANSACTIONAL_ID_NOT_FOUND } from '../protocol/errors.ts'
import { fromKafka } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { described, integer, list, named, nullable, object, text } from './schema.ts'

const tag = 'Transactions'

const shownTransaction = named(
  'Transaction',
  object({
    transactional_id: text(),
    state: text(),
    producer_id: integer(),
    producer_epoch: integer(),
    coordinator: integer(),
    timeout_ms: integer(),
    started_ms: described(nullable(integer()), 'When the last one began; null where none ever did.'),
    updated_ms: integer(),
    partitions: described(
      list(object({ topic: text(), partition: integer() })),
      'What the transaction under way has reached.',
    ),
  }),
)

export function transactionRoutes(cluster: Cluster): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/transactions',
      tag,
      summary: 'All transactional ids, in the order in which they came.',
      answer: json(object({ transactions: list(shownTransaction) }), 'The ids, and what they are doing.'),
      handle: () => ({ transactions: [...cluster.transactions.all()].map((one) => show(one, cluster)) }),
    }),
    route({
      method: 'GET',
      path: '/transactions/:id',
      tag,
      summary: 'One transactional id.',
      answer: json(shownTransaction, 'What it is doing.'),
      errors: { 404: 'There is no such id.' },
      handle: ({ params }) => {
        const found = cluster.transactions.get(params.id)
        if (found !== undefined) return show(found, cluster)
        throw fromKafka(TRANSACTIONAL_ID_NOT_FOUND.because(`there is no transactional id ${JSON.stringify(params.id)}`))
      },
    }),
  ]
}

function show(transaction: Transaction, cluster: Cluster) {
  const { transactionalId, startedAtMs } = transaction
  return {
    transactional_id: transactionalId,
    state: transaction.state,
    producer_id: transaction.producerId,
    producer_epoch: transaction.producerEpoch,
    coordinator: coordinatorOfKey(transactionalId, cluster).id,
    timeout_ms: transaction.timeoutMs,
    started_ms: startedAtMs < 0 ? null : startedAtMs,
    updated_ms: transaction.updatedAtMs,
    partitions: [...transaction.partitions].map(({ topic, partition }) => ({ topic, partition })),
  }
}
