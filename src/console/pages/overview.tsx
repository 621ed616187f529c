/** Where to connect, and what there is. */
import { useSignal } from '@preact/signals'
import { useLive } from '../live.ts'
import { clientConfigs } from '../logic/client-configs.ts'
import { bytes, count } from '../logic/format.ts'
import { CopyButton, Segments } from '../parts/controls.tsx'
import { Badge, Card, Code, Figures, Page, Until } from '../parts/showing.tsx'
import type { Broker } from '../resources.ts'

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
  const list = brokers.data?.brokers ?? []
  const bootstrap = list.map(({ host, port }) => `${host}:${port}`).join(',')
  return (
    <Page title="Overview" actions={glance.data === undefined ? null : <Badge>Blink {glance.data.version}</Badge>}>
      <Until live={glance}>{(data) => <Glance of={data} />}</Until>
      <Until live={brokers}>{() => <Connect bootstrap={bootstrap} />}</Until>
    </Page>
  )
}

function Glance({ of }: { readonly of: AtAGlance }) {
  return (
    <Figures
      of={[
        [of.topics === 1 ? 'topic' : 'topics', count(of.topics)],
        [of.groups === 1 ? 'group' : 'groups', count(of.groups)],
        [
          'of records in memory',
          <>
            {bytes(of.stored_bytes)} <small>of {bytes(of.max_memory)}</small>
          </>,
        ],
      ]}
    />
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
