/**
 * What consumers of before Kafka 0.11 are sent by a broker that passes for one that still served them: messages of
 * format 0, or 1 from version 2 on, instead of record batches.
 */
import { KafkaError } from '../protocol/errors.ts'
import { messagesOfBatches } from '../protocol/message-set.ts'
import type { Answered } from './fetch-sessions.ts'

export const batchesSince = 4
const timestampsSince = 2

export function inOldFormat(answers: readonly Answered[], version: number): readonly Answered[] {
  const format = version < timestampsSince ? 0 : 1
  return answers.map(({ asked, data }) => {
    if (data.records === null || data.records.length === 0) return { asked, data }
    const messages = messagesOfBatches(data.records, format, asked.fetchOffset)
    if (messages instanceof KafkaError) return { asked, data: { ...data, errorCode: messages.code, records: [] } }
    return { asked, data: { ...data, records: [...messages] } }
  })
}
