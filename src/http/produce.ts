/** `POST /produce`: one record, or many for one topic, as JSON or as a form. */
import type { Cluster } from '../handlers/handler.ts'
import { type Fields, parsed } from './body.ts'
import { type AskedRecord, readRecord, recordFields } from './record-json.ts'
import { json, type Route, route } from './route.ts'
import { either, fields, list, name, oneOf, type Out } from './schema.ts'
import {
  answerMany,
  answerOne,
  type Spread,
  storeAll,
  storedMany,
  storedOne,
  storingErrors,
  topicFor,
} from './storing.ts'

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
    answer: json(either([storedOne, storedMany]), 'All are stored, and where.'),
    others: { 207: json(storedMany, 'Some are stored: a result for each, in their order.') },
    errors: storingErrors,
    handle: async ({ c, body }) => {
      const now = cluster.clock.now()
      const { topic: name } = body
      const records = hasRecords(body)
        ? readMany(body as Out<typeof many>, now)
        : [readRecord(body as Out<typeof one>, now)]
      const results = await storeAll(cluster, topicFor(name, cluster), records, spread)
      return hasRecords(body) ? answerMany(c, name, results) : answerOne(c, name, results[0]!)
    },
  })
}

function hasRecords(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'records' in input
}

/** In a form an empty field is one that was not filled in; an empty value is a value. Headers are JSON. */
function fromForm(fields: Fields): Fields {
  const filled = Object.entries(fields).filter(([name, value]) => name === 'value' || value !== '')
  const { headers, ...others } = Object.fromEntries(filled)
  return typeof headers === 'string' ? { ...others, headers: parsed(headers, 'headers') } : others
}

function readMany({ records }: Out<typeof many>, now: number): AskedRecord[] {
  return records.map((one, at) => readRecord(one, now, `records[${at}].`))
}
