/** A Kafka client of Blink's own, at a broker that runs in the test. */

import * as assert from 'uvu/assert'
import { systemClock } from '../../src/base/clock.ts'
import { ClientError } from '../../src/client/client-error.ts'
import { type ClientOptions, KafkaClient } from '../../src/client/kafka-client.ts'
import { Producer } from '../../src/client/producer.ts'
import type { Cleanup } from './suite.ts'

export function clientOf(
  { after }: Cleanup,
  addresses: readonly string[],
  options: Partial<ClientOptions> = {},
): KafkaClient {
  const client = new KafkaClient({ addresses, clock: systemClock, ...options })
  after(() => client.close())
  return client
}

/** Why a client failed; an error when it did not. */
export async function refused(run: () => unknown): Promise<ClientError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof ClientError) return error
    throw error
  }
  throw new Error('it was not refused')
}

export async function produced(client: KafkaClient, topic: string, values: readonly string[], partition?: number) {
  const producer = new Producer(client, { delivered: ({ error }) => assert.is(error, null) })
  for (const value of values) {
    const where = partition === undefined ? {} : { partition }
    await producer.send({ topic, timestamp: systemClock.now(), key: null, value: Buffer.from(value), ...where })
  }
  await producer.flush()
}
