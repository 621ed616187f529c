/** Records that plugins refused: which, by whom, and why. */
import { useSignal } from '@preact/signals'
import { ask } from '../api.ts'
import { writeAddress } from '../logic/address.ts'
import { search } from '../logic/filter.ts'
import { bytes, count, dateTime, timeOfDay } from '../logic/format.ts'
import { preview } from '../logic/payload.ts'
import { Search } from '../parts/controls.tsx'
import { PayloadBlock } from '../parts/payload-view.tsx'
import { Badge, Empty, Facts, Page, Problem } from '../parts/showing.tsx'
import type { Column } from '../parts/table.tsx'
import { Detail, TableWithDetail } from '../parts/table-with-detail.tsx'
import type { Refusal } from '../resources.ts'
import { useTail } from '../tail.ts'

const keptMax = 1000

export function RefusalsPage() {
  const query = useSignal('')
  const tail = useTail<Refusal>({
    key: 'refusals',
    first: async (signal) => {
      const { refusals } = await ask<{ refusals: readonly Refusal[] }>('/refusals?limit=1000', { signal })
      return refusals.toReversed()
    },
    tail: '/refusals/tail',
    itemOf: (line) => (line as { readonly refusal?: Refusal }).refusal ?? null,
    keptMax,
    idOf: ({ id }) => id,
  })
  const rows = search(
    tail.items,
    query.value,
    (one) => `${one.topic} ${one.plugin} ${one.reason} ${one.client_id} ${preview(one.key)} ${preview(one.value)}`,
  )
  return (
    <Page title="Refused records">
      <div class="row">
        <Search
          label="Search topic, plugin, reason"
          value={query.value}
          onValue={(value) => {
            query.value = value
          }}
        />
        <span class="soft number">{count(rows.length)} refused</span>
      </div>
      {tail.error === null ? null : <Problem error={tail.error} />}
      <TableWithDetail
        label="Refused records, newest first"
        rows={rows}
        columns={columns}
        keyOf={({ id }) => id}
        onScroll={tail.hold}
        empty={<NoRefusals isSearched={query.value !== ''} />}
        detail={(row, close) => <RefusalDetail of={row} onClose={close} />}
      />
    </Page>
  )
}

function NoRefusals({ isSearched }: { readonly isSearched: boolean }) {
  if (isSearched) return <Empty title="No refused record has these words" />
  return (
    <Empty title="No record was refused">
      <p>
        When a plugin refuses a record, it appears here with the reason. See which{' '}
        <a class="plain" href="#/plugins">
          plugins
        </a>{' '}
        there are.
      </p>
    </Empty>
  )
}

const columns: readonly Column<Refusal>[] = [
  {
    title: 'Time',
    width: '7.25rem',
    cell: ({ timestamp }) => <span class="number soft">{timeOfDay(timestamp)}</span>,
    from: 40,
  },
  {
    title: 'Topic',
    width: 'minmax(6rem, 1fr)',
    cell: ({ topic }) => (
      <a class="name" href={writeAddress(['topics', topic])}>
        {topic}
      </a>
    ),
  },
  { title: 'Plugin', width: 'minmax(6rem, 1fr)', cell: ({ plugin }) => plugin, from: 30 },
  {
    title: 'Reason',
    width: 'minmax(8rem, 3fr)',
    cell: ({ reason, is_failure }) => (
      <span title={reason}>
        {is_failure ? <Badge tone="bad">failed</Badge> : null} {reason}
      </span>
    ),
  },
  {
    title: 'Value',
    width: 'minmax(6rem, 2fr)',
    cell: ({ value }) => <code class="soft">{preview(value, 120)}</code>,
    from: 52,
  },
]

const whatBecame: Readonly<Record<string, string>> = {
  fail: 'its batch was refused',
  drop: 'it was left out, the others stored',
  'dead-letter': 'it went to the dead-letter topic',
}

function sizeOf(size: number): string {
  return size < 0 ? 'null' : bytes(size)
}

function RefusalDetail({ of: refusal, onClose }: { readonly of: Refusal; readonly onClose: () => void }) {
  return (
    <Detail label="The refusal chosen" title={`Refused by ${refusal.plugin}`} onClose={onClose}>
      <p class="bad">{refusal.reason}</p>
      <Facts
        of={[
          ['At', dateTime(refusal.timestamp)],
          ['Topic', `${refusal.topic}, partition ${refusal.partition}`],
          ['Client', refusal.client_id ?? 'none'],
          ['Then', whatBecame[refusal.on_reject] ?? refusal.on_reject],
          ['Key', sizeOf(refusal.key_bytes)],
          ['Value', sizeOf(refusal.value_bytes)],
        ]}
      />
      <div>
        <PayloadBlock key={`${refusal.id}-key`} title="Key" payload={refusal.key} />
        <PayloadBlock key={`${refusal.id}-value`} title="Value" payload={refusal.value} />
      </div>
    </Detail>
  )
}
