/** Faults over HTTP: what goes wrong on purpose, and how often it did. Their words are described where settings are. */
import type { Context } from 'hono'
import type { Fault, FaultStatus } from '../faults/fault.ts'
import { HttpError } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { anyJson, choice, fields, integer, list, named, nullable, object, oneOf, optional, text } from './schema.ts'

/** The faults of a broker, and how they are read; lent by whoever knows settings. */
export interface FaultAdmin {
  /** What a fault may say. */
  readonly words: readonly { readonly key: string; readonly doc: string }[]
  /** Throws an error with a line for each mistake. */
  read(raw: unknown, source: string): Fault
  /** Why it cannot be added, or null. */
  refusal(fault: Fault): string | null
  add(fault: Fault): FaultStatus
  get(name: string): FaultStatus | undefined
  list(): readonly FaultStatus[]
  remove(name: string): boolean
  clear(): void
}

const tag = 'Faults'
const atOnceMax = 100

const shownHit = object({
  at: text(),
  api: nullable(text()),
  client: nullable(text()),
  broker: nullable(integer()),
  topic: nullable(text()),
  partition: nullable(integer()),
  group: nullable(text()),
})
const counts = {
  name: text(),
  state: choice('active', 'spent'),
  matched: integer(),
  hits: integer(),
  left: nullable(integer()),
  added_at: text(),
  expires_at: nullable(text()),
  last_hits: list(shownHit),
}

export function faultRoutes(faults: FaultAdmin): readonly Route[] {
  const told = faults.words.filter(({ key }) => key !== 'name')
  const word = ({ key, doc }: { key: string; doc: string }) => [key, optional(anyJson(doc))] as const
  const asked = named('NewFault', fields(Object.fromEntries(faults.words.map(word))))
  const several = fields({ faults: list(asked, 'use a list of faults', { min: 1, max: atOnceMax }) })
  const shown = named('Fault', object({ ...Object.fromEntries(told.map(word)), ...counts }))
  const many = object({ faults: list(shown) })
  const body = oneOf([asked, several], (input) => (isSeveral(input) ? several : asked))
  return [
    route({
      method: 'GET',
      path: '/faults',
      tag,
      summary: 'Lists the faults, in the order in which they were added; those that are spent, too.',
      answer: json(many, 'The faults, and what they hit.'),
      handle: () => ({ faults: faults.list().map(showFault) }),
    }),
    route({
      method: 'POST',
      path: '/faults',
      tag,
      summary: 'Adds a fault, or several: { "faults": [ … ] }. It strikes from now on.',
      description: 'Of several, either all are added or none.',
      body: { schema: body },
      status: 201,
      answer: json(
        oneOf([shown, many], () => many),
        'The fault as it was understood, or the list of them.',
      ),
      errors: { 409: 'There is a fault of that name.' },
      handle: ({ c, body }) => addFaults(c, body, faults),
    }),
    route({
      method: 'GET',
      path: '/faults/:name',
      tag,
      summary: 'Tells of a fault, and what it hit.',
      answer: json(shown, 'The fault.'),
      errors: { 404: 'There is no such fault.' },
      handle: ({ params }) => showFault(faults.get(params.name) ?? unknownFault(params.name, faults)),
    }),
    ...removing(faults),
  ]
}

function removing(faults: FaultAdmin): readonly Route[] {
  const nothing = { description: 'Nothing is left of it.', content: {} }
  return [
    route({
      method: 'DELETE',
      path: '/faults/:name',
      tag,
      summary: 'Removes a fault.',
      status: 204,
      answer: nothing,
      errors: { 404: 'There is no such fault.' },
      handle: ({ c, params }) => {
        if (!faults.remove(params.name)) unknownFault(params.name, faults)
        return c.body(null, 204)
      },
    }),
    route({
      method: 'DELETE',
      path: '/faults',
      tag,
      summary: 'Removes all faults.',
      status: 204,
      answer: nothing,
      handle: ({ c }) => {
        faults.clear()
        return c.body(null, 204)
      },
    }),
  ]
}

/** The number of bodies tells nothing: a list of one is still a list. */
function isSeveral(input: unknown): input is { readonly faults: readonly unknown[] } {
  return typeof input === 'object' && input !== null && 'faults' in input
}

function addFaults(c: Context, body: unknown, faults: FaultAdmin): Response {
  const asked = isSeveral(body) ? body.faults : [body]
  const read = asked.map((raw, at) => readFault(raw, isSeveral(body) ? `faults[${at}]` : 'the fault', faults))
  const names = read.map(({ name }) => name).filter((name) => name !== null)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  const refusal = read.map((fault) => faults.refusal(fault)).find((one) => one !== null)
  const problem = twice === undefined ? refusal : `${twice} is named twice; choose another name for one of them`
  if (problem !== undefined) throw new HttpError(409, 'conflict', problem)
  const added = read.map((fault) => showFault(faults.add(fault)))
  return c.json(isSeveral(body) ? { faults: added } : added[0]!, 201)
}

function readFault(raw: unknown, source: string, faults: FaultAdmin): Fault {
  try {
    return faults.read(raw, source)
  } catch (error) {
    throw new HttpError(400, 'invalid_request', (error as Error).message.split('\n')[0]!)
  }
}

function unknownFault(name: string, faults: FaultAdmin): never {
  const known = faults.list().map((one) => one.name)
  const remedy = known.length === 0 ? 'there is none' : `use ${known.slice(0, 5).join(', ')}`
  throw new HttpError(404, 'not_found', `there is no fault ${JSON.stringify(name)}; ${remedy}`)
}

function showFault({ name, fault, state, matched, hits, left, addedAtMs, expiresAtMs, lastHits }: FaultStatus) {
  return {
    ...fault,
    name,
    state,
    matched,
    hits,
    left,
    added_at: time(addedAtMs),
    expires_at: expiresAtMs === null ? null : time(expiresAtMs),
    last_hits: lastHits.map(({ atMs, api, client, broker, spot, group }) => ({
      at: time(atMs),
      api,
      client,
      broker,
      topic: spot?.topic ?? null,
      partition: spot?.partition ?? null,
      group,
    })),
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
