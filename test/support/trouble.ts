/**
 * A broker with one plugin for each policy, all of one component that gets into whatever trouble a value tells it to,
 * and behind them a witness that counts the records it sees. What a batch with such a value comes to is told in a line.
 */
import type { OnError, OnReject } from '../../src/plugins/plugin-settings.ts'
import { errorOf } from '../../src/protocol/errors.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { type DoingBroker, dataPath, doers, doingPlugin } from './doing.ts'
import { plugin, start } from './running.ts'
import { storedIn, valuesOf } from './produced.ts'
import type { Cleanup } from './suite.ts'
import { produceVersion, producing, type Wire, wire } from './wire.ts'

export interface Policy {
  readonly onError: OnError
  readonly onReject: OnReject
}

type Column = 'trouble' | 'policy' | 'kafka' | 'http' | 'stored' | 'buried' | 'seen' | 'log'

export interface Trouble {
  readonly what: string
  /** The value that makes the plugin get into it. */
  readonly value: string
  /**
   * It comes to what another does, and each case takes a restart, or even the plugin's whole timeout. So it is not
   * asked for over HTTP, nor more than once where a failure is accepted and `on_reject` has no say.
   */
  readonly isCostly?: boolean
}

const policies: readonly Policy[] = (['reject', 'accept'] as const).flatMap((onError) =>
  (['fail', 'drop', 'dead-letter'] as const).map((onReject) => ({ onError, onReject })),
)

const nameOf = ({ onError, onReject }: Policy) => `${onError}-${onReject}`

const widths: Record<Column, number> = {
  trouble: 16,
  policy: 18,
  kafka: 20,
  http: 7,
  stored: 6,
  buried: 6,
  seen: 4,
  log: 0,
}
/** Lines of a plugin that does nothing but log are dropped from somewhere on. */
const linesMax = 2000

/** The table of what each trouble comes to under each policy, its heading first. The trouble is amid two records. */
export async function troubleTable(
  cleanup: Cleanup,
  path: string,
  troubles: readonly Trouble[],
): Promise<readonly string[]> {
  const common = { timeoutMs: 200, maxMemoryBytes: 1 << 24, nonUtf8: 'reject', maxFailures: 2 } as const
  const entries = policies.map((policy) => {
    const name = nameOf(policy)
    return plugin(path, { name, topics: [`${name}.*`], ...policy, ...common })
  })
  const onRecord = 'state.count = (state.count ?? 0) + 1'
  const witness = { ...(await doingPlugin('witness', { topics: ['*'], onRecord })), priority: 1 }
  const plugins = [...entries, witness]
  const pluginDataPath = dataPath(cleanup)
  const running = doers(await start(cleanup, { plugins, pluginDataPath, partitionCount: 1 }))
  const connection = await wire(cleanup, running.brokers[0]!)
  const lines = [lineOf(Object.keys(widths))]
  for (const trouble of troubles) {
    const asked = policies.filter(
      ({ onError, onReject }) => !trouble.isCostly || onError === 'reject' || onReject === 'fail',
    )
    for (const policy of asked) lines.push(lineOf(await caseOf(running, connection, trouble, policy)))
  }
  return lines
}

function lineOf(cells: readonly string[]): string {
  const columns = Object.values(widths)
  return cells
    .map((cell, at) => cell.padEnd(columns[at]!))
    .join(' ')
    .trimEnd()
}

async function caseOf(
  running: DoingBroker,
  connection: Wire,
  { what, value, isCostly = false }: Trouble,
  policy: Policy,
): Promise<string[]> {
  const name = nameOf(policy)
  const topic = `${name}.${what.replaceAll(' ', '-')}`
  const values = ['a', value, 'c']
  // Restarts at once are rationed; what came before is not to be seen in this line.
  await running.post(`/plugins/${name}/reset`, {})
  const { broker, events } = running
  for (const one of [topic, `${topic}.http`]) broker.cluster.topics.create({ name: one, partitionCount: 1 })
  const before = { seen: await seenBy(running), events: events.length }
  const kafka = await overKafka(connection, topic, values)
  const [stored, buried] = [storedOf(running, topic), storedOf(running, `${topic}.rejected`)]
  const seen = `${(await seenBy(running)) - before.seen}`
  const told = events.slice(before.events)
  if (told.length > linesMax) throw new Error(`${topic}: ${told.length} lines were logged`)
  const log = told
    .filter(({ level }) => level === 'error')
    .map(({ message }) =>
      message
        .replace(`Plugin '${name}' failed: `, '')
        .replace(/^(\S+) failed \((.*?)\): .*; restarting at once$/, '$1 $2, restart'),
    )
    .join('; ')
  const http = isCostly ? '' : await overHttp(running, `${topic}.http`, values)
  if (!isCostly && storedOf(running, `${topic}.http`) !== stored) throw new Error(`${topic}: HTTP is stored otherwise`)
  return [what, name.replace('-', ' '), kafka, http, stored, buried, seen, log]
}

/** The error, and the records to which it is ascribed. */
async function overKafka(connection: Wire, topic: string, values: readonly string[]): Promise<string> {
  const records = values.map((value) => ({ timestamp: Date.now(), key: null, value: Buffer.from(value, 'latin1') }))
  connection.send(produce, produceVersion, producing(topic, encodeBatch(records)))
  const { responses } = await connection.answer(produce, produceVersion)
  const { errorCode, recordErrors } = responses[0]!.partitionResponses[0]!
  return `${errorOf(errorCode).name} ${recordErrors.map(({ batchIndex }) => batchIndex)}`.trim()
}

/** The status, and of each record its offset, or R: it was refused, F: the plugin failed, -: others were refused. */
async function overHttp(running: DoingBroker, topic: string, values: readonly string[]): Promise<string> {
  const records = values.map((value) => ({ value: { base64: Buffer.from(value, 'latin1').toString('base64') } }))
  const { status, json } = await running.post('/produce', { topic, records })
  const told = json.records.map((record: { offset?: number; error?: { code: string; is_failure?: boolean } }) => {
    if (record.error === undefined) return record.offset
    return record.error.code === 'record_refused' ? (record.error.is_failure ? 'F' : 'R') : '-'
  })
  return `${status} ${told.join('')}`
}

function storedOf({ broker }: DoingBroker, topic: string): string {
  const [partition] = broker.cluster.topics.get(topic)?.partitions ?? []
  if (partition === undefined) return ''
  return valuesOf(storedIn(partition))
    .map((value) => value.replace(/[^ -~]/g, '~'))
    .join('')
}

/** Counted by the instance that there was from the start: another one would begin anew. */
async function seenBy(running: DoingBroker): Promise<number> {
  return Number(await running.run('witness', 'return state.count ?? 0'))
}
