/** One topic: its records, what can be produced to it, its partitions and configs; grown, emptied, deleted. */
import { useSignal } from '@preact/signals'
import { ask, url } from '../api.ts'
import { useLive } from '../live.ts'
import { writeAddress } from '../logic/address.ts'
import { bytes, count, counted } from '../logic/format.ts'
import { Button, TextField } from '../parts/controls.tsx'
import { confirmFirst, Dialog } from '../parts/dialog.tsx'
import { Page, Tabs, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { say } from '../parts/toasts.tsx'
import type { Partition, TopicDetail } from '../resources.ts'
import { address, go } from '../router.ts'
import { Configs } from './configs.tsx'
import { Produce } from './produce.tsx'
import { Records } from './records.tsx'

const pollMs = 2000
const tabs = [
  ['records', 'Records'],
  ['produce', 'Produce'],
  ['partitions', 'Partitions'],
  ['configs', 'Configs'],
] as const

export function TopicPage({ name }: { readonly name: string }) {
  const live = useLive<TopicDetail>(url(['topics', name]), pollMs)
  const isGrowing = useSignal(false)
  const { tab = 'records' } = address.value.query
  const isUnknown = live.error?.status === 404
  const actions = isUnknown ? null : (
    <div class="row">
      <Button
        onPress={() => {
          isGrowing.value = true
        }}
      >
        Add partitions
      </Button>
      <Button kind="danger" onPress={() => confirmEmpty(name, live.refresh)}>
        Empty…
      </Button>
      <Button kind="danger" onPress={() => confirmDelete(name)}>
        Delete…
      </Button>
    </div>
  )
  return (
    <Page title={name} of={['#/topics', 'Topics']} actions={actions}>
      {isUnknown ? null : (
        <Tabs
          label="About this topic"
          current={tab}
          of={tabs.map(([id, text]) => [id, text, writeAddress(['topics', name], { tab: id })] as const)}
        />
      )}
      <Until live={live}>
        {({ partitions }) =>
          tab === 'partitions' ? (
            <Partitions topic={name} of={partitions} refresh={live.refresh} />
          ) : tab === 'produce' ? (
            <Produce topic={name} partitions={partitions.length} />
          ) : tab === 'configs' ? (
            <Configs key={name} path={url(['topics', name, 'configs'])} />
          ) : (
            <Records topic={name} partitions={partitions.length} />
          )
        }
      </Until>
      {isGrowing.value ? (
        <GrowDialog
          name={name}
          from={live.data?.partitions.length ?? 1}
          onDone={live.refresh}
          onClose={() => {
            isGrowing.value = false
          }}
        />
      ) : null}
    </Page>
  )
}

interface PartitionsProps {
  readonly topic: string
  readonly of: readonly Partition[]
  readonly refresh: () => void
}

function Partitions({ topic, of, refresh }: PartitionsProps) {
  const columns = partitionColumns(async ({ partition, leader }) => {
    const path = url(['topics', topic, 'partitions', `${partition}`, 'leader'])
    const { leader: next } = await ask<{ leader: number | null }>(path, { method: 'POST' })
    const who = next === null ? 'Nobody' : `Broker ${next}`
    say(`${who} leads ${topic}-${partition}${next === leader ? ', elected anew' : ''}.`)
    refresh()
  })
  return <Table label="Partitions" rows={of} columns={columns} keyOf={({ partition }) => partition} empty={null} />
}

const held = ({ start_offset, high_watermark }: Partition) => high_watermark - start_offset

function partitionColumns(move: (partition: Partition) => unknown): readonly Column<Partition>[] {
  return [
    {
      title: 'Partition',
      width: 'minmax(4rem, 1fr)',
      by: ({ partition }) => partition,
      cell: ({ partition }) => partition,
    },
    { title: 'First offset', width: '7rem', isNumber: true, cell: ({ start_offset }) => count(start_offset), from: 36 },
    {
      title: 'Next offset',
      width: '7rem',
      isNumber: true,
      by: (one) => one.high_watermark,
      cell: (one) => count(one.high_watermark),
      from: 30,
    },
    { title: 'Records', width: '7rem', isNumber: true, by: held, cell: (one) => count(held(one)) },
    { title: 'Size', width: '6rem', isNumber: true, by: (one) => one.bytes, cell: (one) => bytes(one.bytes), from: 42 },
    {
      title: 'Replicas',
      width: '7rem',
      cell: ({ replicas, in_sync }) => (
        <span title={`in sync: ${in_sync.join(', ') || 'none'}`}>
          {replicas.map((id, at) => (
            <span key={id} class={in_sync.includes(id) ? '' : 'bad'}>
              {at === 0 ? '' : ', '}
              {id}
            </span>
          ))}
        </span>
      ),
      from: 50,
    },
    {
      title: 'Leader',
      width: '8.5rem',
      cell: (one) => (
        <div class="row apart">
          <span class="number">{one.leader < 0 ? <span class="bad">none</span> : one.leader}</span>
          <Button kind="quiet" label={`Move the leader of partition ${one.partition}`} onPress={() => move(one)}>
            Move
          </Button>
        </div>
      ),
      from: 24,
    },
  ]
}

interface GrowProps {
  readonly name: string
  readonly from: number
  readonly onDone: () => void
  readonly onClose: () => void
}

function GrowDialog({ name, from, onDone, onClose }: GrowProps) {
  const partitions = useSignal(`${from + 1}`)
  const grow = async () => {
    await ask(url(['topics', name]), { method: 'PATCH', json: { partitions: Number(partitions.value) } })
    say(`${name} has ${counted(Number(partitions.value), 'partition')}.`)
    onDone()
  }
  return (
    <Dialog title="Add partitions" confirm="Add" onConfirm={grow} onClose={onClose}>
      <TextField
        label="Partitions in all"
        hint={`There are ${from} now. Keys may go to other partitions from then on; records stay where they are.`}
        type="number"
        min={`${from + 1}`}
        value={partitions.value}
        onValue={(value) => {
          partitions.value = value
        }}
      />
    </Dialog>
  )
}

function confirmEmpty(name: string, refresh: () => void): void {
  confirmFirst({
    title: `Empty ${name}?`,
    text: 'All of its records are deleted. The topic, its configs and the offsets of groups stay as they are.',
    confirm: 'Empty',
    onConfirm: async () => {
      await ask(url(['topics', name, 'records']), { method: 'DELETE' })
      say(`${name} is empty.`)
      refresh()
    },
  })
}

function confirmDelete(name: string): void {
  confirmFirst({
    title: `Delete ${name}?`,
    text: 'The topic goes with its records and configs, and cannot be brought back.',
    confirm: 'Delete',
    typed: name,
    onConfirm: async () => {
      await ask(url(['topics', name]), { method: 'DELETE' })
      say(`${name} is deleted.`)
      go(['topics'])
    },
  })
}
