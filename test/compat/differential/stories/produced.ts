/** Records that a story begins with. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { produce } from '../../../../src/protocol/messages/produce.ts'
import type { Telling } from '../telling.ts'

/** The newest that every release since 2.8 serves. */
const version = 9

/** To partition 0, on both sides, and acknowledged by both. */
export async function produced(told: Telling, name: string, records: Buffer): Promise<void> {
  const topicData = [{ name, topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }]
  const asked = { transactionalId: null, acks: -1, timeoutMs: 5_000, topicData }
  await told.prepare(produce, version, asked, (answer) => answer.responses[0]!.partitionResponses[0]!.errorCode === 0)
}
