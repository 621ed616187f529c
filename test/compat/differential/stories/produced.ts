/** Records that a story begins with. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { produce } from '../../../../src/protocol/messages/produce.ts'
import type { Telling } from '../telling.ts'

const byName = 12

/** To partition 0, on both sides, and acknowledged by both. */
export async function produced(told: Telling, name: string, records: Buffer): Promise<void> {
  const topicData = [{ name, topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }]
  const asked = { transactionalId: null, acks: -1, timeoutMs: 5_000, topicData }
  await told.prepare(produce, byName, asked, (answer) => answer.responses[0]!.partitionResponses[0]!.errorCode === 0)
}
