/** Snapshots of what the broker holds, in memory, to come back to; and the way back to the beginning. */
import { HttpError } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { anyJson, fields, integer, list, name, named, object, optional, text } from './schema.ts'

interface Taken {
  readonly name: string
  readonly atMs: number
  readonly topics: number
  readonly groups: number
  readonly bytes: number
}

/** As `snapshots.ts` has it. */
export interface SnapshotAdmin {
  refusal(name: string | null): string | null
  take(name: string | null): Taken
  list(): readonly Taken[]
  get(name: string): Taken | undefined
  restore(name: string): Taken | undefined
  remove(name: string): boolean
}

export interface SnapshotParts {
  readonly snapshots: SnapshotAdmin
  readonly reset: () => { readonly topics: number; readonly groups: number; readonly tookMs: number }
}

const tag = 'Snapshots'
const nameLengthMax = 64
const shown = named(
  'Snapshot',
  object({ name: text(), at: text(), topics: integer(), groups: integer(), bytes: integer() }),
)
const unknown = { 404: 'There is no such snapshot.' }

export function snapshotRoutes({ snapshots, reset }: SnapshotParts): readonly Route[] {
  return [
    ...takingRoutes(snapshots),
    ...namedRoutes(snapshots),
    route({
      method: 'POST',
      path: '/reset',
      tag,
      summary: 'Brings back what there was at start: topics and seed; no groups; faults and clock as they were set.',
      description: 'To clients it is as if topics had been deleted and made again. Snapshots stay.',
      body: { schema: fields({}), isOptional: true },
      answer: json(
        object({ topics: integer(), groups: integer(), took_ms: anyJson('Milliseconds, with fractions.') }),
        'What there is now.',
      ),
      handle: () => {
        const { topics, groups, tookMs } = reset()
        return { topics, groups, took_ms: tookMs }
      },
    }),
  ]
}

function takingRoutes(snapshots: SnapshotAdmin): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/snapshots',
      tag,
      summary: 'Lists the snapshots, in the order in which they were taken.',
      answer: json(object({ snapshots: list(shown) }), 'The snapshots, and what they hold.'),
      handle: () => ({ snapshots: snapshots.list().map(showSnapshot) }),
    }),
    route({
      method: 'POST',
      path: '/snapshots',
      tag,
      summary: 'Takes a snapshot of topics, records, committed offsets and configs.',
      body: { schema: fields({ name: optional(name('a name', nameLengthMax)) }), isOptional: true },
      status: 201,
      answer: json(shown, 'The snapshot.'),
      errors: { 409: 'There is a snapshot of that name.' },
      handle: ({ body }) => {
        const asked = body.name ?? null
        const refusal = snapshots.refusal(asked)
        if (refusal === null) return showSnapshot(snapshots.take(asked))
        const isTaken = asked === null || snapshots.get(asked) !== undefined
        throw new HttpError(isTaken ? 409 : 400, isTaken ? 'conflict' : 'invalid_request', refusal)
      },
    }),
  ]
}

function namedRoutes(snapshots: SnapshotAdmin): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/snapshots/:name',
      tag,
      summary: 'Tells what a snapshot holds.',
      answer: json(shown, 'The snapshot.'),
      errors: unknown,
      handle: ({ params }) => showSnapshot(snapshots.get(params.name) ?? notThere(params.name, snapshots)),
    }),
    route({
      method: 'POST',
      path: '/snapshots/:name/restore',
      tag,
      summary: 'Brings back what a snapshot holds, in place of all there is. It stays, and can be brought back again.',
      body: { schema: fields({}), isOptional: true },
      answer: json(shown, 'The snapshot.'),
      errors: unknown,
      handle: ({ params }) => showSnapshot(snapshots.restore(params.name) ?? notThere(params.name, snapshots)),
    }),
    route({
      method: 'DELETE',
      path: '/snapshots/:name',
      tag,
      summary: 'Forgets a snapshot.',
      status: 204,
      answer: { description: 'It is gone.', content: {} },
      errors: unknown,
      handle: ({ c, params }) => {
        if (!snapshots.remove(params.name)) notThere(params.name, snapshots)
        return c.body(null, 204)
      },
    }),
  ]
}

function notThere(name: string, snapshots: SnapshotAdmin): never {
  const known = snapshots.list().map((one) => one.name)
  const remedy =
    known.length === 0 ? 'there is none; take one by POST /snapshots' : `use ${known.slice(0, 5).join(', ')}`
  throw new HttpError(404, 'not_found', `there is no snapshot ${JSON.stringify(name)}; ${remedy}`)
}

function showSnapshot({ name, atMs, topics, groups, bytes }: Taken) {
  return { name, at: new Date(atMs).toISOString(), topics, groups, bytes }
}
