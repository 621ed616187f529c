/**
 * How records of the REST Proxy come into topics: by the one way in, in batches as its producer would send them, with a
 * result for each record.
 *
 * What a plugin drops or puts among the dead letters counts as stored, since that is what a Kafka producer is told.
 */
import { topicOrCreate } from '../../handlers/auto-create.ts'
import type { Cluster } from '../../handlers/handler.ts'
import type { Outcome } from '../../handlers/intake.ts'
import type { Partition } from '../../log/partition.ts'
import type { Sender } from '../../plugins/judgement.ts'
import { INVALID_RECORD, KafkaError, UNKNOWN_TOPIC_OR_PARTITION } from '../../protocol/errors.ts'
import type { Topic } from '../../topics/topics.ts'
import type { AskedRecord } from '../record-json.ts'
import { Spread, type Stored, storeAs, storedAt } from '../storing.ts'
import { clientId } from './asking.ts'
import { fromKafka, ProxyError } from './errors.ts'

const sender: Sender = { client: { id: clientId, principal: null }, by: [] }

/** The topic, made if need be and allowed. */
export function topicFor(cluster: Cluster, name: string): Topic<Partition> {
  const topic = topicOrCreate(name, cluster)
  if (!(topic instanceof KafkaError)) return topic
  if (!topic.is(UNKNOWN_TOPIC_OR_PARTITION)) throw fromKafka(topic)
  throw new ProxyError(404, 40401, `Topic ${name} not present in metadata; create it, or set auto_create_topics: true`)
}

export class Producing {
  readonly #cluster: Cluster
  readonly #spread = new Spread()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** What became of each record. Records of one partition travel in one batch, and are stored or refused together. */
  produce(topic: Topic<Partition>, asked: readonly AskedRecord[]): Promise<(Stored | KafkaError)[]> {
    return storeAs({ sender, resultOf }, this.#cluster, topic, asked, this.#spread)
  }
}

function resultOf(
  { error, appended, refusals, invalid = [] }: Outcome,
  partition: number,
  record: AskedRecord,
  position: number,
): Stored | KafkaError {
  if (appended !== null) return storedAt(appended, partition, record, position)
  const refusal = refusals.find(({ index }) => index === position)
  if (refusal !== undefined) return INVALID_RECORD.because(`refused by plugin '${refusal.plugin}': ${refusal.reason}`)
  const wrong = invalid.find(({ index }) => index === position)
  if (wrong !== undefined) return error!.because(wrong.reason)
  if (refusals.length === 0 && invalid.length === 0) return error!
  return error!.because(`another record of its batch was refused: ${error!.message ?? error!.name}`)
}
