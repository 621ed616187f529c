/** Transactional producers: who has begun what, and since when. */
import { useLive } from '../live.ts'
import { count, duration } from '../logic/format.ts'
import { Badge, Empty, Page, type Tone, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import type { Clock, Transaction } from '../resources.ts'

const pollMs = 1000

export function TransactionsPage() {
  const live = useLive<{ transactions: readonly Transaction[] }>('/transactions', pollMs)
  // By the broker's clock, which may stand elsewhere than this machine's.
  const clock = useLive<Clock>('/clock', pollMs)
  return (
    <Page title="Transactions">
      <Until live={live}>
        {({ transactions }) => (
          <Table
            label="Transactions"
            rows={transactions}
            columns={columnsAt(clock.data?.now_ms ?? null)}
            keyOf={(one) => one.transactional_id}
            empty={
              <Empty title="No producer is transactional">
                <p>One that sets transactional.id appears here from its first transaction on.</p>
              </Empty>
            }
          />
        )}
      </Until>
    </Page>
  )
}

const isOpen = ({ state }: Transaction) => state === 'Ongoing'

const tones: Readonly<Record<string, Tone>> = { Ongoing: 'good', PrepareAbort: 'warn', PrepareCommit: 'warn' }

const columnsAt = (nowMs: number | null): readonly Column<Transaction>[] => [
  {
    title: 'Transactional id',
    width: 'minmax(8rem, 2fr)',
    by: (one) => one.transactional_id,
    cell: (one) => <span class="name">{one.transactional_id}</span>,
  },
  {
    title: 'State',
    width: 'minmax(8rem, 1fr)',
    by: ({ state }) => state,
    cell: ({ state }) => <Badge tone={tones[state] ?? 'none'}>{state}</Badge>,
  },
  {
    title: 'Open for',
    width: '7rem',
    isNumber: true,
    cell: (one) => (one.started_ms === null || nowMs === null || !isOpen(one) ? '–' : duration(nowMs - one.started_ms)),
    from: 34,
  },
  { title: 'Time-out', width: '6rem', isNumber: true, cell: (one) => duration(one.timeout_ms), from: 44 },
  { title: 'Producer', width: '6rem', isNumber: true, cell: (one) => count(one.producer_id), from: 52 },
  { title: 'Epoch', width: '4rem', isNumber: true, cell: (one) => one.producer_epoch, from: 56 },
  {
    title: 'Partitions',
    width: 'minmax(6rem, 2fr)',
    cell: ({ partitions }) => {
      const text = partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(', ')
      return <span title={text}>{text || <span class="soft">none yet</span>}</span>
    },
    from: 40,
  },
]
