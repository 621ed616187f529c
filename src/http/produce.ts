/** `POST /produce`: one record, or many for one topic, as JSON or as a form. */
import type { Cluster } from '../handlers/handler.ts'
import { type Fields, parsed } from './body.ts'
import { recordFields } from './record-json.ts'
import { json, type Route, route } from './route.ts'
import { fields, list, name, oneOf } from './schema.ts'
import { hasRecords, otherwise, type Spread, store, stored } from './storing.ts'

const topicName = name('the name of a topic')
const one = fields({ topic: topicName, ...recordFields })
const manyRemedy = 'use a list of at least one record'
const record = fields(recordFields, 'use { "value": … }')
const many = fields({ topic: topicName, records: list(record, manyRemedy, { min: 1 }) })
const asked = oneOf([one, many], (input) => (hasRecords(input) ? many : one))

export function produceRoute(cluster: Cluster, spread: Spread): Route {
  return route({
    method: 'POST',
    path: '/produce',
    tag: 'Records',
    summary: 'Produces one record, or many for one topic.',
    body: { schema: asked, forms: fromForm },
    answer: json(stored, 'All are stored, and where.'),
    ...otherwise,
    handle: ({ c, body }) => store(c, body.topic, body, cluster, spread),
  })
}

/** In a form an empty field is one that was not filled in; an empty value is a value. Headers are JSON. */
function fromForm(fields: Fields): Fields {
  const filled = Object.entries(fields).filter(([name, value]) => name === 'value' || value !== '')
  const { headers, ...others } = Object.fromEntries(filled)
  return typeof headers === 'string' ? { ...others, headers: parsed(headers, 'headers') } : others
}
