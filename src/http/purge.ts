/** `POST /purge`: deletes the records of one topic, or of all of them. Topics, offsets and groups stay as they are. */
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import type { Topic } from '../topics/topics.ts'
import { topicNamed } from './found.ts'
import { json, type Route, route } from './route.ts'
import { fields, integer, list, name, object, optional, text } from './schema.ts'

const all = -1
const named = name('the name of a topic, or leave it out for all topics')
const purged = object({ topic: text(), records: integer(), bytes: integer() })

export function purgeRoute({ topics, logger }: Cluster): Route {
  const log = logger.for('blink::http')
  return route({
    method: 'POST',
    path: '/purge',
    tag: 'Records',
    summary: 'Deletes the records of one topic, or of all of them.',
    description: 'Topics, offsets and groups stay as they are.',
    query: { topic: optional(named) },
    body: { schema: fields({ topic: optional(named) }), forms: (fields) => fields, isOptional: true },
    answer: json(object({ records: integer(), bytes: integer(), topics: list(purged) }), 'What was deleted.'),
    errors: { 404: 'There is no such topic.' },
    handle({ query, body }) {
      const name = query.topic ?? body.topic
      const found =
        name === undefined ? [...topics.all()].filter(({ isInternal }) => !isInternal) : [topicNamed(name, { topics })]
      const purged = found.map(purge)
      const records = purged.reduce((sum, topic) => sum + topic.records, 0)
      const bytes = purged.reduce((sum, topic) => sum + topic.bytes, 0)
      log.info(`purged ${name ?? 'all topics'}`, { records, bytes })
      return { records, bytes, topics: purged }
    },
  })
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
