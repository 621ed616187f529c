/** Where to connect, who is connected, and what flows: now, and over the last minutes. */
import { useSignal } from '@preact/signals'
import { useLive } from '../live.ts'
import { clientConfigs } from '../logic/client-configs.ts'
import { bytes, count, counted, duration, short } from '../logic/format.ts'
import { CopyButton, Segments } from '../parts/controls.tsx'
import { Plot } from '../parts/plot.tsx'
import { Badge, Card, Code, Empty, Figures, Page, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import type { Broker, Connection, Measured, Overview } from '../resources.ts'

const pollMs = 2000

interface AtAGlance {
  readonly version: string
  readonly topics: number
  readonly groups: number
  readonly stored_bytes: number
  readonly max_memory: number
}

export function OverviewPage() {
  const glance = useLive<AtAGlance>('/', pollMs)
  const brokers = useLive<{ cluster_id: string; brokers: readonly Broker[] }>('/brokers', 5 * pollMs)
  const flow = useLive<Overview>('/overview', pollMs)
  const list = brokers.data?.brokers.filter(({ state }) => state === 'up') ?? []
  const bootstrap = list.map(({ host, port }) => `${host}:${port}`).join(',')
  return (
    <Page title="Overview" actions={glance.data === undefined ? null : <Badge>Blink {glance.data.version}</Badge>}>
      <Until live={glance}>{(data) => <Glance of={data} now={flow.data?.now} />}</Until>
      <Until live={flow}>{(data) => <Flow of={data} />}</Until>
      <Until live={brokers}>{() => <Connect bootstrap={bootstrap} />}</Until>
      <Clients />
    </Page>
  )
}

function Glance({ of, now }: { readonly of: AtAGlance; readonly now: Measured | undefined }) {
  return (
    <Figures
      of={[
        [of.topics === 1 ? 'topic' : 'topics', count(of.topics)],
        [of.groups === 1 ? 'group' : 'groups', count(of.groups)],
        ['connections', now === undefined ? '–' : count(now.connections)],
        [
          'of records in memory',
          <>
            {bytes(of.stored_bytes)} <small>of {bytes(of.max_memory)}</small>
          </>,
        ],
        ['median request', now === undefined || now.request_ms === null ? '–' : duration(now.request_ms.p50)],
        ['refused a second', now === undefined ? '–' : short(now.refused_per_s)],
      ]}
    />
  )
}

const spanMs = 5 * 60_000

function Flow({ of: { points, now } }: { readonly of: Overview }) {
  const recent = points.filter(({ at_ms }) => at_ms >= now.at_ms - spanMs && at_ms < now.at_ms)
  const curve = (read: (point: Measured) => number) =>
    [...recent, now].map((point) => ({ x: point.at_ms, y: read(point) }))
  const perSecond = (value: number) => `${short(value)}/s`
  const bytesPerSecond = (value: number) => `${bytes(value)}/s`
  return (
    <div class="plots">
      <Plot title="Records in" points={curve((one) => one.records_in_per_s)} show={perSecond} spanMs={spanMs} />
      <Plot
        isBytes
        title="Bytes in"
        points={curve((one) => one.bytes_in_per_s)}
        show={bytesPerSecond}
        spanMs={spanMs}
      />
      <Plot
        isSecond
        isBytes
        title="Bytes out"
        points={curve((one) => one.bytes_out_per_s)}
        show={bytesPerSecond}
        spanMs={spanMs}
      />
      <Plot isSecond title="Requests" points={curve((one) => one.requests_per_s)} show={perSecond} spanMs={spanMs} />
    </div>
  )
}

/** The one of the README. */
const exampleTopic = 'greetings'

function Connect({ bootstrap }: { readonly bootstrap: string }) {
  const language = useSignal('JavaScript')
  const configs = clientConfigs(bootstrap, exampleTopic)
  const config = configs.find((one) => one.language === language.value) ?? configs[0]!
  return (
    <Card
      title="Connect a client"
      isPadded={false}
      actions={
        <>
          <code>{bootstrap}</code>
          <CopyButton text={() => bootstrap} label="Copy the bootstrap servers" />
        </>
      }
    >
      <div class="body stack tight">
        <Segments
          label="Language"
          value={config.language}
          options={configs.map((one) => [one.language, one.language] as const)}
          onValue={(value) => {
            language.value = value
          }}
        />
        <p class="soft">
          With {config.library}: <code>{config.install}</code>
        </p>
      </div>
      <Code text={config.code} label={`the ${config.language} example`} isAlone={false} />
    </Card>
  )
}

function Clients() {
  const live = useLive<{ connections: readonly Connection[] }>('/connections', pollMs)
  return (
    <Until live={live}>
      {({ connections }) => (
        <div class="stack tight">
          <h2>
            Clients <span class="soft small">{counted(connections.length, 'connection')}</span>
          </h2>
          <Table
            label="Connected clients"
            rows={connections}
            columns={columns}
            keyOf={({ id }) => id}
            heightMax="26rem"
            empty={
              <Empty title="No client is connected">
                <p>
                  Take the example above in your language, or start your own application with these bootstrap servers.
                </p>
              </Empty>
            }
          />
        </div>
      )}
    </Until>
  )
}

const columns: readonly Column<Connection>[] = [
  {
    title: 'Client id',
    width: 'minmax(7rem, 2fr)',
    by: ({ client_id }) => client_id ?? '',
    cell: ({ client_id }) => client_id ?? <span class="soft">not said yet</span>,
  },
  {
    title: 'Library',
    width: 'minmax(8rem, 2fr)',
    by: ({ software_name }) => software_name ?? '',
    cell: ({ software_name, software_version }) =>
      software_name === null ? <span class="soft">does not say</span> : `${software_name} ${software_version ?? ''}`,
  },
  { title: 'From', width: 'minmax(8rem, 1fr)', cell: ({ address }) => <span class="soft">{address}</span>, from: 44 },
  {
    title: 'Principal',
    width: 'minmax(8rem, 1fr)',
    by: ({ principal }) => principal,
    cell: ({ principal }) => <span class="soft">{principal.replace(/^User:/, '')}</span>,
    from: 62,
  },
  {
    title: 'Listener',
    width: '6.5rem',
    by: ({ listener }) => listener,
    cell: ({ listener }) => <span class="soft">{listener}</span>,
    from: 70,
  },
  { title: 'Broker', width: '4rem', isNumber: true, cell: ({ broker }) => broker, from: 54 },
  { title: 'Last request', width: 'minmax(7rem, 1fr)', cell: ({ last_api }) => last_api ?? '–', from: 36 },
  {
    title: 'Requests',
    width: '5.5rem',
    isNumber: true,
    by: ({ requests }) => requests,
    cell: ({ requests }) => count(requests),
    from: 30,
  },
]
