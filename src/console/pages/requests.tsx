/** What Kafka clients ask, as they ask it: API, version, client, time, errors, and the request with its fields. */
import { useSignal } from '@preact/signals'
import { ask, url } from '../api.ts'
import { useTail } from '../tail.ts'
import { bytes, count, duration, timeOfDay } from '../logic/format.ts'
import { search } from '../logic/filter.ts'
import { Button, Checkbox, Search } from '../parts/controls.tsx'
import { Badge, Empty, Facts, Page, Problem } from '../parts/showing.tsx'
import type { Column } from '../parts/table.tsx'
import { Detail, TableWithDetail } from '../parts/table-with-detail.tsx'
import { PayloadBlock } from '../parts/payload-view.tsx'
import type { KafkaRequest } from '../resources.ts'

const keptMax = 2000

function useRequests(isErrorsOnly: boolean) {
  const asked = { ...(isErrorsOnly ? { errors: true } : {}) }
  return useTail<KafkaRequest>({
    key: url(['requests'], { ...asked, limit: 200 }),
    first: async (signal) => {
      const { requests } = await ask<{ requests: readonly KafkaRequest[] }>(
        url(['requests'], { ...asked, limit: 200 }),
        { signal },
      )
      return requests
    },
    tail: url(['requests', 'tail'], asked),
    itemOf: (line) => ((line as Partial<KafkaRequest>).api === undefined ? null : (line as KafkaRequest)),
    keptMax,
    idOf: ({ id }) => id,
  })
}

export function RequestsPage() {
  const query = useSignal('')
  const isErrorsOnly = useSignal(false)
  const tail = useRequests(isErrorsOnly.value)
  const rows = search(
    tail.items,
    query.value,
    (one) => `${one.api} v${one.version} ${one.client} ${one.errors.join(' ')} ${one.fault}`,
  )
  return (
    <Page title="Requests" actions={<Button onPress={tail.toggle}>{tail.isPaused ? 'Go on' : 'Pause'}</Button>}>
      <div class="row">
        <Search
          label="Search API, client, error"
          value={query.value}
          onValue={(value) => {
            query.value = value
          }}
        />
        <Checkbox
          label="With errors only"
          isOn={isErrorsOnly.value}
          onChange={(isOn) => {
            isErrorsOnly.value = isOn
          }}
        />
        <span class="soft number">{tail.perSecond === null ? '' : `${count(tail.perSecond)} a second`}</span>
      </div>
      {tail.error === null ? null : <Problem error={tail.error} />}
      <TableWithDetail
        label="Requests, newest first"
        rows={rows}
        columns={columns}
        keyOf={({ id }) => id}
        onScroll={tail.hold}
        empty={
          <Empty title={tail.items.length === 0 ? 'No request yet' : 'No request has these words'}>
            <p>
              Requests of Kafka clients appear here as they come, newest first. Connect one: the overview has its
              configuration.
            </p>
          </Empty>
        }
        detail={(row, close) => <RequestDetail of={row} onClose={close} />}
      />
    </Page>
  )
}

const columns: readonly Column<KafkaRequest>[] = [
  {
    title: 'Time',
    width: '7rem',
    cell: ({ at }) => <span class="number soft">{timeOfDay(Date.parse(at))}</span>,
    from: 32,
  },
  {
    title: 'API',
    width: 'minmax(8rem, 1.4fr)',
    cell: ({ api, version }) => (
      <>
        <span class="name">{api}</span> <span class="soft small">v{version}</span>
      </>
    ),
  },
  {
    title: 'Client',
    width: 'minmax(6rem, 1fr)',
    cell: ({ client }) => client ?? <span class="soft">none</span>,
    from: 26,
  },
  { title: 'Broker', width: '4rem', isNumber: true, cell: ({ broker }) => broker, from: 60 },
  { title: 'Took', width: '5.5rem', isNumber: true, cell: ({ duration_ms }) => duration(duration_ms) },
  { title: 'Size', width: '5.5rem', isNumber: true, cell: (one) => bytes(one.bytes), from: 54 },
  { title: 'Outcome', width: 'minmax(6rem, 1.4fr)', cell: (request) => <Outcome of={request} />, from: 40 },
]

function Outcome({ of: { errors, outcome, fault } }: { readonly of: KafkaRequest }) {
  return (
    <span class="row" style={{ flexWrap: 'nowrap' }}>
      {errors.length > 0 ? (
        <Badge tone="bad">{errors.join(', ')}</Badge>
      ) : outcome === 'answered' ? null : (
        <Badge tone="warn">{outcome}</Badge>
      )}
      {fault === null ? null : <Badge tone="warn">fault {fault}</Badge>}
    </span>
  )
}

function RequestDetail({ of: request, onClose }: { readonly of: KafkaRequest; readonly onClose: () => void }) {
  return (
    <Detail label="The request chosen" title={`${request.api} v${request.version}`} onClose={onClose}>
      <Facts
        of={[
          ['At', request.at],
          ['Client', request.client ?? 'none'],
          ['From', request.peer],
          ['Broker', request.broker],
          ['Took', duration(request.duration_ms)],
          ['Size', bytes(request.bytes)],
          [
            'Outcome',
            request.errors.length > 0 ? <span class="bad">{request.errors.join(', ')}</span> : request.outcome,
          ],
          ...(request.fault === null ? [] : [['Fault', request.fault] as const]),
        ]}
      />
      <PayloadBlock key={request.id} title="Fields" payload={JSON.stringify(request.request)} />
    </Detail>
  )
}
