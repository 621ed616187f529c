/** The configs of each broker. */
import { url } from '../api.ts'
import { useLive } from '../live.ts'
import { Select } from '../parts/controls.tsx'
import { Page, Until } from '../parts/showing.tsx'
import type { Broker } from '../resources.ts'
import { address, amend } from '../router.ts'
import { Configs } from './configs.tsx'

const pollMs = 10_000

export function BrokersPage() {
  const live = useLive<{ brokers: readonly Broker[] }>('/brokers', pollMs)
  return (
    <Page title="Broker configs">
      <Until live={live}>{({ brokers }) => <Chosen brokers={brokers} />}</Until>
    </Page>
  )
}

function Chosen({ brokers }: { readonly brokers: readonly Broker[] }) {
  const { broker = `${brokers[0]?.id ?? 1}` } = address.value.query
  return (
    <>
      {brokers.length < 2 ? null : (
        <div class="row">
          <Select
            label="Broker"
            value={broker}
            options={brokers.map(({ id, host, port }) => [`${id}`, `Broker ${id}, ${host}:${port}`] as const)}
            onValue={(value) => amend({ broker: value })}
          />
        </div>
      )}
      <Configs key={broker} path={url(['brokers', broker, 'configs'])} />
    </>
  )
}
