/**
 * The records of a topic: the newest as they come, or from a place on; searched in key, value and headers; opened;
 * downloaded.
 */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { ask, url } from '../api.ts'
import { after } from '../clock.ts'
import { hasAll, type Place, textIn } from '../logic/filter.ts'
import { asInput, count, counted, dateTime, timeOfDay } from '../logic/format.ts'
import { preview } from '../logic/payload.ts'
import {
  filtersOf,
  type From,
  merged,
  nextOf,
  pageRecords,
  type Parameters,
  readRecordQuery,
  type RecordQuery,
  startOf,
} from '../logic/record-query.ts'
import { Button, Input, Search, Segments, Select } from '../parts/controls.tsx'
import { download } from '../parts/download.ts'
import { Badge, Empty, Problem } from '../parts/showing.tsx'
import type { Column } from '../parts/table.tsx'
import { TableWithDetail } from '../parts/table-with-detail.tsx'
import type { KafkaRecord, RecordPage } from '../resources.ts'
import { address, amend } from '../router.ts'
import { type Tail, useTail } from '../tail.ts'
import { RecordDetail } from './record-detail.tsx'

const keptMax = 5000

interface RecordsProps {
  readonly topic: string
  readonly partitions: number
}

export function Records({ topic, partitions }: RecordsProps) {
  const query = useSettled(readRecordQuery(address.value.query))
  const { from, text } = query
  const isLive = from === 'live'
  const { tail, pages, readOn } = useRecords(topic, query)
  // Read from a place on, the oldest come first; of a tail, the newest.
  const rows = useMemo(() => (isLive ? tail.items : tail.items.toReversed()), [tail.items, isLive])
  return (
    <>
      <Toolbar query={readRecordQuery(address.value.query)} partitions={partitions} />
      <Bar tail={tail} rows={rows} isLive={isLive} isSearched={text !== ''} onSave={() => save(topic, rows)}>
        {isLive ? null : (
          <Button isDisabled={pages.current.every((page) => page.is_complete)} onPress={readOn}>
            Read on
          </Button>
        )}
      </Bar>
      {tail.error === null ? null : <Problem error={tail.error} />}
      <TableWithDetail
        label={isLive ? 'Records, newest first' : 'Records, oldest first'}
        rows={rows}
        columns={columns}
        keyOf={idOf}
        onScroll={isLive ? tail.hold : undefined}
        heightMax="max(20rem, calc(100dvh - 21rem))"
        empty={tail.isLoaded ? <NoRecords isSearched={text !== ''} isLive={isLive} /> : <Empty title="Reading…" />}
        detail={(row, close) => <RecordDetail of={row} onClose={close} />}
      />
    </>
  )
}

interface BarProps {
  readonly tail: Tail<KafkaRecord>
  readonly rows: readonly KafkaRecord[]
  readonly isLive: boolean
  readonly isSearched: boolean
  readonly onSave: () => void
  readonly children: ComponentChildren
}

function Bar({ tail, rows, isLive, isSearched, onSave, children }: BarProps) {
  return (
    <div class="row apart">
      <div class="row">
        {isLive ? <LiveState tail={tail} /> : null}
        <span class="soft number">{isSearched ? `${count(rows.length)} found` : counted(rows.length, 'record')}</span>
        {tail.missed === 0 ? null : <span class="warn">{count(tail.missed)} came too fast to be shown</span>}
      </div>
      <div class="row">
        {isLive ? (
          <Button isPressed={tail.isPaused} onPress={tail.toggle}>
            {tail.isPaused ? 'Go on' : 'Pause'}
          </Button>
        ) : null}
        {children}
        <Button onPress={onSave} isDisabled={rows.length === 0}>
          Download
        </Button>
      </div>
    </div>
  )
}

/** What is there and what comes; and how to read further. */
function useRecords(topic: string, query: RecordQuery) {
  const { from, partition, text, place } = query
  const isLive = from === 'live'
  const pages = useRef<readonly RecordPage[]>([])
  const tail = useTail<KafkaRecord>({
    key: `${topic} ${JSON.stringify(query)}`,
    first: async (signal) => {
      pages.current = await readAll(topic, startOf(query), query, signal)
      return merged(pages.current.map(({ records }) => records))
    },
    tail: isLive ? url(['topics', topic, 'records', 'tail'], partition === null ? {} : { partition }) : null,
    itemOf: (line) => {
      const { record } = line as { readonly record?: KafkaRecord }
      return record !== undefined && (text === '' || hasAll(textIn(record, place), [text.toLowerCase()]))
        ? record
        : null
    },
    keptMax,
    idOf,
  })
  const readOn = async () => {
    pages.current = await readNext(topic, pages.current, query)
    tail.add(merged(pages.current.map(({ records }) => records)))
  }
  return { tail, pages, readOn }
}

const settleMs = 250

/** What is asked for: where one types, once one has stopped. */
function useSettled(query: RecordQuery): RecordQuery {
  const settled = useSignal(query)
  const key = JSON.stringify(query)
  useEffect(() => after(settleMs, () => (settled.value = query)), [key])
  const { from, partition } = query
  const isTyping = from === settled.value.from && partition === settled.value.partition
  return isTyping ? settled.value : query
}

function readAll(
  topic: string,
  start: Parameters,
  query: RecordQuery,
  signal?: AbortSignal,
): Promise<readonly RecordPage[]> {
  const asking = signal === undefined ? {} : { signal }
  return Promise.all(
    filtersOf(query).map((filter) =>
      ask<RecordPage>(url(['topics', topic, 'records'], { ...start, ...filter }), asking),
    ),
  )
}

/** Each partition from where it ended. */
async function readNext(
  topic: string,
  before: readonly RecordPage[],
  query: RecordQuery,
): Promise<readonly RecordPage[]> {
  const next = [...nextOf(before)]
  const limit = Math.max(1, Math.ceil(pageRecords / Math.max(1, next.length)))
  const pages = await Promise.all(
    next.map(([partition, offset]) => readAll(topic, { partition, offset, limit }, query)),
  )
  return pages.flat()
}

function save(topic: string, records: readonly KafkaRecord[]): void {
  download(`${topic}.ndjson`, records.map((record) => `${JSON.stringify({ topic, ...record })}\n`).join(''))
}

const idOf = ({ partition, offset }: KafkaRecord) => `${partition}-${offset}`

const froms: readonly (readonly [From, string])[] = [
  ['live', 'Live'],
  ['start', 'Start'],
  ['offset', 'Offset'],
  ['time', 'Time'],
]

const places: readonly (readonly [Place, string])[] = [
  ['anywhere', 'Anywhere'],
  ['key', 'In keys'],
  ['value', 'In values'],
  ['headers', 'In headers'],
]

function Toolbar({ query, partitions }: { readonly query: RecordQuery; readonly partitions: number }) {
  const { from, partition, offset, timeMs, text, place } = query
  const all = [['', 'All partitions'] as const]
  const each = Array.from({ length: partitions }, (_, at) => [`${at}`, `Partition ${at}`] as const)
  return (
    <div class="row">
      <Segments label="Read from" value={from} options={froms} onValue={(value) => amend({ from: value })} />
      {from === 'offset' ? (
        <Input
          class="offset"
          type="number"
          min="0"
          aria-label="Offset"
          value={`${offset}`}
          onValue={(value) => amend({ offset: value })}
        />
      ) : null}
      {from === 'time' ? (
        <Input
          class="time"
          type="datetime-local"
          step="0.001"
          aria-label="Time"
          value={timeMs === null ? '' : asInput(timeMs)}
          onValue={(value) => amend({ time: value })}
        />
      ) : null}
      <Select
        label="Partition"
        value={partition === null ? '' : `${partition}`}
        options={[...all, ...each]}
        onValue={(value) => amend({ partition: value })}
      />
      <Search label="Search records" value={text} onValue={(value) => amend({ q: value })} />
      <Select label="Where to search" value={place} options={places} onValue={(value) => amend({ in: value })} />
    </div>
  )
}

function LiveState({ tail: { isPaused, waiting, perSecond } }: { readonly tail: Tail<KafkaRecord> }) {
  if (isPaused) return <Badge tone="warn">paused{waiting === 0 ? '' : `, ${count(waiting)} wait`}</Badge>
  if (waiting > 0) return <Badge>{counted(waiting, 'newer record')} above</Badge>
  return <Badge tone="good">live{perSecond === null ? '' : `, ${count(perSecond)} a second`}</Badge>
}

function NoRecords({ isSearched, isLive }: { readonly isSearched: boolean; readonly isLive: boolean }) {
  if (isSearched) return <Empty title="No record here has these words" />
  return (
    <Empty title={isLive ? 'No record yet' : 'No record from there on'}>
      <p>What is produced appears here as it comes.</p>
      <Button onPress={() => amend({ tab: 'produce' })}>Produce a record</Button>
    </Empty>
  )
}

const columns: readonly Column<KafkaRecord>[] = [
  { title: 'Offset', width: 'minmax(3rem, 0.5fr)', isNumber: true, cell: ({ offset }) => count(offset) },
  { title: 'Partition', width: '4.5rem', isNumber: true, cell: ({ partition }) => partition, from: 44 },
  {
    title: 'Time',
    width: '7.25rem',
    cell: ({ timestamp }) => (
      <time class="number soft" title={dateTime(timestamp)}>
        {timeOfDay(timestamp)}
      </time>
    ),
    from: 34,
  },
  {
    title: 'Key',
    width: 'minmax(4rem, 1fr)',
    cell: ({ key }) => (key === null ? <span class="soft">null</span> : <code>{preview(key, 80)}</code>),
  },
  {
    title: 'Value',
    width: 'minmax(6rem, 4fr)',
    cell: ({ value }) => (value === null ? <span class="soft">null: a tombstone</span> : <code>{preview(value)}</code>),
  },
  {
    title: 'Headers',
    width: 'minmax(5rem, 1fr)',
    cell: ({ headers }) => <span class="soft">{headers.map(({ key }) => key).join(', ')}</span>,
    from: 58,
  },
]
