/** `POST /purge`: deletes the records of one topic, or of all of them. Topics, offsets and groups stay as they are. */
import type { Context } from 'hono'
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import { UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import type { Topic } from '../topics/topics.ts'
import { type BodyLimits, readBody } from './body.ts'
import { fromKafka, wrongField } from './errors.ts'
import { shown } from './record-json.ts'

const all = -1

export function purgeRoute({ topics, logger }: Cluster, { httpBodyBytesMax }: BodyLimits) {
  const log = logger.for('blink::http')
  return async (c: Context): Promise<Response> => {
    const name = await readTopic(c, httpBodyBytesMax)
    const found = name === undefined ? [...topics.all()].filter(({ isInternal }) => !isInternal) : [topics.get(name)]
    const purged = found.map((topic) => {
      if (topic === undefined) {
        throw fromKafka(UNKNOWN_TOPIC_OR_PARTITION, `topic ${JSON.stringify(name)} does not exist`)
      }
      return purge(topic)
    })
    const records = purged.reduce((sum, topic) => sum + topic.records, 0)
    const bytes = purged.reduce((sum, topic) => sum + topic.bytes, 0)
    log.info(`purged ${name ?? 'all topics'}`, { records, bytes })
    return c.json({ records, bytes, topics: purged })
  }
}

/** In the query, or in the body; neither means every topic. */
async function readTopic(c: Context, bytesMax: number): Promise<string | undefined> {
  const { fields } = await readBody(c, bytesMax)
  const given = { ...fields, ...c.req.query() }
  const unknown = Object.keys(given).find((field) => field !== 'topic')
  if (unknown !== undefined) throw wrongField(unknown, 'is no field; use topic, or nothing for all topics')
  const { topic } = given
  if (topic === undefined) return undefined
  if (typeof topic === 'string' && topic !== '') return topic
  throw wrongField('topic', `is ${shown(topic)}; use the name of a topic, or leave it out for all topics`)
}

function purge({ name, partitions }: Topic<Partition>) {
  let records = 0
  let bytes = 0
  for (const partition of partitions) {
    const { byteLength, logStartOffset } = partition
    partition.deleteRecordsBefore(all)
    records += partition.logStartOffset - logStartOffset
    bytes += byteLength - partition.byteLength
  }
  return { topic: name, records, bytes }
}
