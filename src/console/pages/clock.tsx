/** The broker's time, stopped and moved on; and its state: kept, brought back, and begun anew. */
import { useSignal } from '@preact/signals'
import { ask, url } from '../api.ts'
import { useLive } from '../live.ts'
import { bytes, count, dateTime, duration } from '../logic/format.ts'
import { Button, Input, Switch } from '../parts/controls.tsx'
import { confirmFirst } from '../parts/dialog.tsx'
import { Badge, Card, Empty, Page, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { say } from '../parts/toasts.tsx'
import type { Clock, Snapshot } from '../resources.ts'

const pollMs = 1000

export function ClockPage() {
  const clock = useLive<Clock>('/clock', pollMs)
  const snapshots = useLive<{ snapshots: readonly Snapshot[] }>('/snapshots', 2 * pollMs)
  return (
    <Page title="Clock and state">
      <Until live={clock}>{(data) => <ClockCard of={data} onChange={clock.refresh} />}</Until>
      <Until live={snapshots}>{(data) => <Snapshots of={data.snapshots} refresh={snapshots.refresh} />}</Until>
      <Card title="Begin anew">
        <div class="row apart">
          <p class="soft" style={{ maxWidth: '40rem' }}>
            Back to what settings say: their topics, their records; every other topic, record, group and fault goes.
            Clients stay connected.
          </p>
          <Button kind="danger" onPress={confirmReset}>
            Reset…
          </Button>
        </div>
      </Card>
    </Page>
  )
}

const steps = ['1s', '10s', '1m', '10m', '1h', '24h']

function ClockCard({
  of: { state, now_ms, offset_ms },
  onChange,
}: {
  readonly of: Clock
  readonly onChange: () => void
}) {
  const isFrozen = state === 'frozen'
  const to = useSignal('')
  const change = async (json: unknown) => {
    await ask('/clock', { method: 'POST', json })
    onChange()
  }
  const set = () => change({ set: new Date(to.value).toISOString() })
  const offset = Math.abs(offset_ms) < 1 ? 'the time of this machine' : `${duration(offset_ms)} ahead of this machine`
  return (
    <Card title="Clock" actions={<Badge tone={isFrozen ? 'warn' : 'good'}>{state}</Badge>}>
      <div class="stack">
        <div>
          <p class="number" style={{ fontSize: '1.5rem', letterSpacing: '-.015em', fontWeight: 550 }}>
            {dateTime(now_ms)}
          </p>
          <p class="soft">{offset}</p>
        </div>
        <div class="choice">
          <Switch label="Frozen" isOn={isFrozen} onChange={(freeze) => change({ freeze })} />
          Frozen: nothing falls due until it is moved on
        </div>
        <div class="row">
          <span class="soft">Move on by</span>
          {steps.map((step) => (
            <Button key={step} label={`Move on by ${step}`} onPress={() => change({ advance: step })}>
              {step}
            </Button>
          ))}
        </div>
        <div class="row">
          <Input
            type="datetime-local"
            step="0.001"
            class="search"
            aria-label="Set the clock to"
            value={to.value}
            onValue={(value) => {
              to.value = value
            }}
          />
          <Button onPress={set} isDisabled={to.value === ''}>
            Set
          </Button>
        </div>
        <p class="soft small">
          Sessions, rebalances, retention, transactions and the times of records obey this clock.
        </p>
      </div>
    </Card>
  )
}

function Snapshots({ of, refresh }: { readonly of: readonly Snapshot[]; readonly refresh: () => void }) {
  const name = useSignal('')
  const take = async () => {
    const taken = await ask<Snapshot>('/snapshots', {
      method: 'POST',
      json: name.value === '' ? {} : { name: name.value },
    })
    name.value = ''
    say(`${taken.name} is kept.`)
    refresh()
  }
  return (
    <Card
      title="Snapshots"
      isPadded={false}
      actions={
        <form
          class="row"
          style={{ flexWrap: 'nowrap' }}
          onSubmit={(event) => {
            event.preventDefault()
          }}
        >
          <Input
            aria-label="Name of the snapshot"
            placeholder="snapshot-1"
            value={name.value}
            onValue={(value) => {
              name.value = value
            }}
          />
          <Button type="submit" onPress={take}>
            Take one
          </Button>
        </form>
      }
    >
      {of.length === 0 ? (
        <Empty title="No snapshot yet">
          <p>One keeps topics, records and groups as they are now, in memory, to come back to.</p>
        </Empty>
      ) : (
        <Table label="Snapshots" rows={of} columns={columns(refresh)} keyOf={(one) => one.name} empty={null} />
      )}
    </Card>
  )
}

function columns(refresh: () => void): readonly Column<Snapshot>[] {
  return [
    { title: 'Name', width: 'minmax(6rem, 1fr)', cell: ({ name }) => <span class="name">{name}</span> },
    { title: 'Taken', width: '13rem', cell: ({ at }) => dateTime(Date.parse(at)), from: 45 },
    { title: 'Topics', width: '4.5rem', isNumber: true, cell: ({ topics }) => count(topics), from: 30 },
    { title: 'Groups', width: '4.5rem', isNumber: true, cell: ({ groups }) => count(groups), from: 36 },
    { title: 'Size', width: '5.5rem', isNumber: true, cell: (one) => bytes(one.bytes), from: 26 },
    {
      title: 'Actions',
      width: '9.5rem',
      cell: ({ name }) => (
        <span class="row">
          <Button kind="quiet" label={`Restore ${name}`} onPress={() => confirmRestore(name)}>
            Restore…
          </Button>
          <Button
            kind="quiet danger"
            label={`Delete ${name}`}
            onPress={async () => {
              await ask(url(['snapshots', name]), { method: 'DELETE' })
              refresh()
            }}
          >
            Delete
          </Button>
        </span>
      ),
    },
  ]
}

function confirmRestore(name: string): void {
  confirmFirst({
    title: `Go back to ${name}?`,
    text: 'Topics, records and groups become what they were then; what came since is lost.',
    confirm: 'Restore',
    onConfirm: async () => {
      await ask(url(['snapshots', name, 'restore']), { method: 'POST' })
      say(`Everything is as it was at ${name}.`)
    },
  })
}

function confirmReset(): void {
  confirmFirst({
    title: 'Reset everything?',
    text: 'All topics, records and groups that settings do not name are lost.',
    confirm: 'Reset',
    typed: 'reset',
    onConfirm: async () => {
      const { topics, took_ms } = await ask<{ topics: number; took_ms: number }>('/reset', { method: 'POST', json: {} })
      say(`Reset in ${duration(took_ms)}; ${count(topics)} topics are there.`)
    },
  })
}
