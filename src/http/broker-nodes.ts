/** Brokers of the simulated cluster that stop, start and come in, and leaders that move. */
import type { Cluster } from '../handlers/handler.ts'
import { HttpError } from './errors.ts'
import { partitionOf, topicNamed } from './found.ts'
import { json, type Route, route } from './route.ts'
import { choice, fields, integer, named, name, nullable, object, optional, text, wholeNumber } from './schema.ts'

/** As a suite has them come and go; what cannot be is a RangeError that says why. */
export interface BrokerAdmin {
  list(): readonly ShownNode[]
  stop(id: number): void
  start(id: number): Promise<void>
  add(asked: { readonly rack?: string | null; readonly port?: number }): Promise<ShownNode>
  moveLeader(topic: string, partition: number, to?: number): void
  leaderOf(topic: string, partition: number): number | null
}

interface ShownNode {
  readonly id: number
  readonly port: number
  readonly rack: string | null
  readonly isUp: boolean
}

const tag = 'Brokers'
const idMax = 2 ** 31 - 1
const id = wholeNumber({ max: idMax })
const state = named(
  'BrokerState',
  object({ id: integer(), port: integer(), rack: nullable(text()), state: choice('up', 'down') }),
)

export function brokerNodeRoutes(brokers: BrokerAdmin, cluster: Cluster): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/brokers',
      tag,
      summary: 'Adds a broker to the cluster, which clients find from now on.',
      description: 'It holds nothing until topics are made, or partitions moved there.',
      body: {
        schema: fields({ rack: optional(name('rack')), port: optional(wholeNumber({ max: 65_535 })) }),
        isOptional: true,
      },
      answer: json(state, 'The new broker.'),
      status: 201,
      errors: { 409: 'There are as many as there may be.' },
      handle: async ({ body: { rack, port } }) => {
        const asked = { ...(rack === undefined ? {} : { rack }), ...(port === undefined ? {} : { port }) }
        return shown(await told(() => brokers.add(asked), tooMany))
      },
    }),
    ...(['stop', 'start'] as const).map((what) =>
      route({
        method: 'POST',
        path: `/brokers/:id/${what}`,
        tag,
        summary:
          what === 'stop'
            ? 'Takes a broker down as if it died: its port is closed, its connections are cut, others lead what it led.'
            : 'Brings a broker back that was stopped.',
        params: { id },
        answer: json(state, 'The broker as it is now.'),
        errors: { 404: 'There is no such broker.' },
        handle: async ({ params }) => {
          await told(async () => brokers[what](params.id), unknown)
          return shown(brokers.list().find((one) => one.id === params.id)!)
        },
      }),
    ),
    leaderRoute(brokers, cluster),
  ]
}

function leaderRoute(brokers: BrokerAdmin, cluster: Cluster): Route {
  return route({
    method: 'POST',
    path: '/topics/:topic/partitions/:partition/leader',
    tag: 'Topics',
    summary: 'Lets another broker lead a partition, in a new leader epoch: one that is in sync, or the next.',
    params: { partition: wholeNumber({ max: idMax }) },
    body: { schema: fields({ broker: optional(wholeNumber({ max: idMax })) }), isOptional: true },
    answer: json(object({ topic: text(), partition: integer(), leader: nullable(integer()) }), 'Who leads it now.'),
    errors: { 404: 'There is no such topic or partition.', 409: 'That broker is not in sync.' },
    handle: async ({ params: { topic, partition }, body }) => {
      partitionOf(topicNamed(topic, cluster), partition)
      await told(async () => brokers.moveLeader(topic, partition, body.broker), notInSync)
      return { topic, partition, leader: brokers.leaderOf(topic, partition) }
    },
  })
}

/** What a RangeError comes to. */
type Refusal = readonly [status: 404 | 409, code: string]
const unknown: Refusal = [404, 'unknown_broker']
const notInSync: Refusal = [409, 'not_in_sync']
const tooMany: Refusal = [409, 'too_many_brokers']

async function told<T>(run: () => Promise<T>, refusal: Refusal): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new HttpError(...refusal, error.message)
  }
}

function shown({ id, port, rack, isUp }: ShownNode) {
  return { id, port, rack, state: isUp ? ('up' as const) : ('down' as const) }
}
