/** `GET /refusals`, and live `GET /refusals/tail`: the records that plugins refused last, and why. */
import type { RefusedRecord, Refusals } from '../handlers/refusals.ts'
import { refusalsKept } from '../handlers/refusals.ts'
import type { LiveSource, LiveStreams, Taken } from './live-stream.ts'
import { showBytes, shownBytes } from './record-json.ts'
import { json, media, type Route, route } from './route.ts'
import {
  described,
  flag,
  integer,
  list,
  name,
  named,
  nullable,
  object,
  optional,
  orElse,
  text,
  wholeNumber,
} from './schema.ts'

const tag = 'Plugins'

const shownRefusal = named(
  'Refusal',
  object({
    id: integer(),
    timestamp: integer(),
    topic: text(),
    partition: integer(),
    plugin: text(),
    reason: text(),
    on_reject: text(),
    is_failure: described(flag(), 'The plugin gave no verdict.'),
    client_id: nullable(text()),
    key: described(shownBytes, 'The first 256 bytes.'),
    value: described(shownBytes, 'The first 256 bytes.'),
    key_bytes: described(integer(), '-1 for null.'),
    value_bytes: described(integer(), '-1 for null.'),
  }),
)

const whose = { topic: optional(name('the name of a topic')), plugin: optional(name('the name of a plugin')) }

interface Whose {
  readonly topic?: string | undefined
  readonly plugin?: string | undefined
}

export function refusalRoutes(refusals: Refusals, streams: LiveStreams): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/refusals',
      tag,
      summary: 'The records that plugins refused last, newest first.',
      description: `The last ${refusalsKept} are kept, of one batch ten; total counts them all.`,
      query: { ...whose, limit: orElse(wholeNumber({ min: 1, max: refusalsKept }), 100) },
      answer: json(object({ total: integer(), refusals: list(shownRefusal) }), 'The refusals.'),
      handle: ({ query }) => {
        const found = refusals.recent.filter((one) => isOf(one, query)).reverse()
        return { total: refusals.total, refusals: found.slice(0, query.limit).map(show) }
      },
    }),
    route({
      method: 'GET',
      path: '/refusals/tail',
      tag,
      summary: 'Follows the records that plugins refuse.',
      description: 'As records are followed: as server-sent events, or a line each, { "refusal" }.',
      query: whose,
      answer: media({ 'text/event-stream': null, 'application/x-ndjson': null }, 'Refusals, for as long as one reads.'),
      errors: { 503: 'Too many follow already.' },
      handle: ({ c, query }) => streams.answer(c, 'refusal', () => new Tail(refusals, query)),
    }),
  ]
}

class Tail implements LiveSource {
  readonly #refusals: Refusals
  readonly #whose: Whose
  #lastId: number

  constructor(refusals: Refusals, whose: Whose) {
    this.#refusals = refusals
    this.#whose = whose
    this.#lastId = refusals.lastId
  }

  async take(): Promise<Taken> {
    const { recent, lastId } = this.#refusals
    const fresh = recent.filter(({ id }) => id > this.#lastId)
    const dropped = lastId - this.#lastId - fresh.length
    this.#lastId = lastId
    return { items: fresh.filter((one) => isOf(one, this.#whose)).map(show), dropped }
  }

  onChange(wake: () => void): () => void {
    return this.#refusals.onChange(wake)
  }
}

function isOf(refused: RefusedRecord, { topic, plugin }: Whose): boolean {
  return (topic === undefined || refused.topic === topic) && (plugin === undefined || refused.plugin === plugin)
}

function show(refused: RefusedRecord) {
  const { id, timeMs, topic, partition, plugin, reason, onReject, isFailure, clientId } = refused
  return {
    id,
    timestamp: timeMs,
    topic,
    partition,
    plugin,
    reason,
    on_reject: onReject,
    is_failure: isFailure,
    client_id: clientId,
    key: showBytes(refused.key),
    value: showBytes(refused.value),
    key_bytes: refused.keyBytes,
    value_bytes: refused.valueBytes,
  }
}
