/** The Kafka to compare with: started for it, or the one that BROKER=host:port names. */
import { type Broker, start } from '../bench/brokers/broker.ts'
import { Unavailable } from '../bench/place.ts'

export interface Reachable {
  /** `host:port`. */
  readonly address: string
  stop(): Promise<void>
}

/** Where it can neither be found nor fetched, that is said. */
export async function reachable(broker: Broker): Promise<Reachable | null> {
  const { BROKER } = process.env
  if (BROKER !== undefined) return { address: BROKER, stop: async () => {} }
  if (!(await isAtHand(broker))) return null
  const started = await start(broker)
  return { address: `127.0.0.1:${started.port}`, stop: () => started.stop() }
}

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
