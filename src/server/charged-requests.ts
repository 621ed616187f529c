/** Requests while there are quotas: their bytes and the time that they take are counted; who used too much waits. */
import { type Answer, type Context, type Handler, hangUp } from '../handlers/handler.ts'
import { consumerOf, throttle } from '../handlers/quota-use.ts'
import { produce } from '../protocol/messages/produce.ts'
import type { Fields } from '../protocol/schema.ts'

/** A hundred are a thread's whole time, and there is one. */
const percentPerMs = 0.1

export function charged({ api, handle, borrows }: Handler, requestBytes: number): Handler {
  return {
    api,
    borrows,
    handle(request, context) {
      const beganMs = performance.now()
      const answer = handle(request, context)
      const tookMs = performance.now() - beganMs
      const settle = (value: Answer<Fields>) =>
        withThrottle(value, throttleMs(api.key, requestBytes, tookMs, context), context)
      return answer instanceof Promise ? answer.then(settle) : settle(answer)
    },
  }
}

function throttleMs(apiKey: number, requestBytes: number, tookMs: number, context: Context): number {
  const consumer = consumerOf(context)
  if (consumer === null) return 0
  const { quotas, clock } = context.cluster
  const now = clock.now()
  const time = quotas.use('request_percentage', tookMs * percentPerMs, consumer, now)
  const bytes = apiKey === produce.key ? quotas.use('producer_byte_rate', requestBytes, consumer, now) : 0
  return Math.max(time, bytes)
}

function withThrottle(value: Answer<Fields>, throttleMs: number, context: Context): Answer<Fields> {
  if (throttleMs === 0) return value
  throttle(context, throttleMs)
  if (value === null || value === hangUp || typeof value['throttleTimeMs'] !== 'number') return value
  return { ...value, throttleTimeMs: Math.max(value['throttleTimeMs'], throttleMs) }
}
