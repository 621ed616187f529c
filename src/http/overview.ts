/**
 * `GET /`: what one wants to know at a glance. The console for a browser, text for who asks for `text/plain`, and JSON
 * for everyone else.
 */
import type { Cluster } from '../handlers/handler.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import { accepts } from './accepts.ts'
import type { ConsoleFiles } from './console.ts'
import type { Endpoint } from './endpoints.ts'
import { showRecords } from './plugin-json.ts'
import { json, orMedia, type Route, route } from './route.ts'
import { anyJson, flag, integer, list, object, text } from './schema.ts'

export interface OverviewSources {
  readonly cluster: Cluster
  readonly plugins: () => readonly PluginStatus[]
  readonly version: string
  readonly consoleFiles: Pick<ConsoleFiles, 'page'>
  readonly endpoints: readonly Endpoint[]
}

interface Part {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** Lists are cut here; `/dump` has them whole. */
const rowsMax = 100

const shownOverview = object({
  name: text(),
  version: text(),
  cluster_id: text(),
  brokers: list(object({ id: integer(), port: integer() })),
  topics: integer(),
  groups: integer(),
  stored_bytes: integer(),
  max_memory: integer(),
  plugins: list(
    object({ name: text(), state: text(), is_sandboxed: flag(), records: anyJson('How many, by verdict.') }),
  ),
  endpoints: list(object({ method: text(), path: text() })),
})

export function overviewRoute(sources: OverviewSources): Route {
  return route({
    method: 'GET',
    path: '/',
    tag: 'Broker',
    summary: 'What there is, at a glance; the console for a browser.',
    answer: orMedia(json(shownOverview, 'The broker at a glance.'), { 'text/html': null, 'text/plain': null }),
    handle: ({ c }) => {
      if (accepts(c, 'text/html')) return sources.consoleFiles.page(c)
      return accepts(c, 'text/plain') ? c.text(showAsText(sources)) : show(sources)
    },
  })
}

function titleOf({ version }: OverviewSources): string {
  return `Blink ${version}`
}

function showAsText(sources: OverviewSources): string {
  return `${titleOf(sources)}\n\n${describe(sources).map(asText).join('\n\n')}\n`
}

function show({ cluster, plugins, version, endpoints }: OverviewSources) {
  const { id, nodes, topics, groups, memory } = cluster
  return {
    name: 'blink',
    version,
    cluster_id: id,
    brokers: nodes.map(({ id, port }) => ({ id, port })),
    topics: topics.count,
    groups: [...groups.all()].length,
    stored_bytes: memory.storedBytes,
    max_memory: memory.bytesMax,
    plugins: plugins().map(({ name, state, isSandboxed, records }) => {
      return { name, state, is_sandboxed: isSandboxed, records: showRecords(records) }
    }),
    endpoints,
  }
}

function describe({ cluster, plugins, endpoints }: OverviewSources): readonly Part[] {
  return [
    brokerPart(cluster),
    topicPart(cluster),
    groupPart(cluster),
    pluginPart(plugins()),
    { title: 'Endpoints', head: [], rows: endpoints.map(({ method, path }) => [method, path]) },
  ]
}

function brokerPart({ nodes, memory, topics }: Cluster): Part {
  return {
    title: 'Cluster',
    head: [],
    rows: [
      ['broker ports', nodes.map(({ port }) => port).join(', ')],
      ['topics', `${topics.count}`],
      ['stored', inMegabytes(memory.storedBytes)],
      ['max_memory', inMegabytes(memory.bytesMax)],
      ['resident memory', inMegabytes(process.memoryUsage.rss())],
    ],
  }
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}

function topicPart({ topics }: Cluster): Part {
  const rows = [...topics.all()].slice(0, rowsMax).map(({ name, partitions }) => {
    const records = partitions.reduce((sum, one) => sum + one.logEndOffset - one.logStartOffset, 0)
    const bytes = partitions.reduce((sum, one) => sum + one.byteLength, 0)
    return [name, partitions.length, records, bytes]
  })
  return { title: 'Topics', head: ['name', 'partitions', 'records', 'bytes'], rows }
}

function groupPart({ groups }: Cluster): Part {
  const rows = [...groups.all()].slice(0, rowsMax).map(({ id, state, memberCount }) => [id, state, memberCount])
  return { title: 'Consumer groups', head: ['name', 'state', 'members'], rows }
}

function pluginPart(plugins: readonly PluginStatus[]): Part {
  const rows = plugins.map(({ name, isSandboxed, mode, state, records }) => {
    const labels = [...(isSandboxed ? [] : ['unsandboxed']), ...(mode === 'shadow' ? ['shadow'] : [])]
    const shown = labels.length === 0 ? state : `${state} (${labels.join(', ')})`
    return [name, shown, records.accepted, records.refused, records.failed]
  })
  return { title: 'Plugins', head: ['name', 'state', 'accepted', 'refused', 'failed'], rows }
}

function asText({ title, head, rows }: Part): string {
  const lines = [head, ...rows].filter((row) => row.length > 0)
  if (rows.length === 0) return `${title}\n  none`
  const widths = rows[0]!.map((_, column) => Math.max(...lines.map((row) => `${row[column]}`.length)))
  const pad = (value: string | number, column: number) =>
    typeof value === 'number' ? `${value}`.padStart(widths[column]!) : value.padEnd(widths[column]!)
  return [title, ...lines.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd())].join('\n')
}
