/** A Kafka that has just started makes its own topics when they are first needed; until then it answers otherwise. */
import { setTimeout } from 'node:timers/promises'
import { findCoordinator } from '../../../src/protocol/messages/find-coordinator.ts'
import { initProducerId } from '../../../src/protocol/messages/init-producer-id.ts'
import { listGroups } from '../../../src/protocol/messages/list-groups.ts'
import { offsetFetch } from '../../../src/protocol/messages/offset-fetch.ts'
import { complete } from '../../support/broker.ts'
import type { Message, Side } from './side.ts'
import type { Api } from '../../../src/protocol/schema.ts'

const noTransaction = { transactionalId: null, transactionTimeoutMs: 60_000 }
/** So many that no partition of __transaction_state is left out, most likely. */
const transactionalIds = 200
const pollMs = 100
const warmMs = 30_000

export async function warmUp(side: Side): Promise<void> {
  for (const keyType of [0, 1]) {
    await untilOk(
      side,
      findCoordinator,
      4,
      { keyType, coordinatorKeys: ['warm'] },
      ({ coordinators }) => coordinators[0].errorCode,
    )
  }
  await untilOk(side, initProducerId, 4, noTransaction, ({ errorCode }) => errorCode)
  // Coordinators load what they keep, partition by partition.
  for (let index = 0; index < transactionalIds; index++) {
    const asked = { transactionalId: `warm-${index}`, transactionTimeoutMs: 1_000 }
    await untilOk(side, initProducerId, 4, asked, ({ errorCode }) => errorCode)
  }
  await untilOk(side, listGroups, 4, {}, ({ errorCode }) => errorCode)
  const groups = [{ groupId: 'warm', memberId: null, memberEpoch: -1, topics: null }]
  await untilOk(side, offsetFetch, 8, { groups }, (answer) => answer.groups[0].errorCode)
}

async function untilOk(side: Side, api: Api, version: number, asked: Message, errorOf: (answer: Message) => number) {
  const deadlineMs = performance.now() + warmMs
  for (;;) {
    const outcome = await side.ask(api, version, complete(api.request, asked))
    if (outcome.kind === 'answer' && errorOf(outcome.message) === 0) return
    if (performance.now() > deadlineMs) throw new Error(`${side.name} does not get ready: ${api.name}`)
    await setTimeout(pollMs)
  }
}
