/** What a consumer may be sent while there is a quota for it (consumer_byte_rate). */
import type { fetch } from '../protocol/messages/fetch.ts'
import type { Value } from '../protocol/schema.ts'
import type { Context } from './handler.ts'
import { consumerOf, throttle } from './quota-use.ts'

type Request = Value<typeof fetch.request>

/** The request for no more than can be sent at once without making the client wait for certain. */
export function withinQuota(request: Request, context: Context): Request {
  const consumer = consumerOf(context)
  if (consumer === null) return request
  const most = context.cluster.quotas.most('consumer_byte_rate', consumer)
  return { ...request, maxBytes: Math.min(request.maxBytes, most), minBytes: Math.min(request.minBytes, most) }
}

/** Of an answer, and of each partition in it, beside records and names. */
const bytesBeside = { answer: 24, partition: 42 } as const

/**
 * For how long the client has to wait before it may be sent so much; 0: it is counted, and sent. `recordBytes` is asked
 * only where there are quotas.
 */
export function fetchThrottleMs(recordBytes: () => number, partitionCount: number, context: Context): number {
  const consumer = consumerOf(context)
  if (consumer === null) return 0
  const { cluster } = context
  const now = cluster.clock.now()
  const bytes = bytesBeside.answer + partitionCount * bytesBeside.partition + recordBytes()
  const throttleMs = cluster.quotas.use('consumer_byte_rate', bytes, consumer, now)
  if (throttleMs > 0) {
    cluster.quotas.giveBack('consumer_byte_rate', bytes, consumer, now)
    throttle(context, throttleMs)
  }
  return throttleMs
}
