/** Whether the broker to compare with is there, or can be fetched; where it cannot, that is said. */
import type { Broker } from '../bench/brokers/broker.ts'
import { Unavailable } from '../bench/place.ts'

export async function isAtHand(broker: Broker): Promise<boolean> {
  try {
    await broker.prepare()
    return true
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    console.log(`skipped: Apache Kafka cannot be had here: ${error.message}`)
    return false
  }
}
