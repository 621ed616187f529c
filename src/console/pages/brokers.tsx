/** The brokers of the cluster: stopped, started and added, as a suite would; and the configs of each. */
import { useSignal } from '@preact/signals'
import { ask, url } from '../api.ts'
import { useLive } from '../live.ts'
import { Button, Switch, TextField } from '../parts/controls.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Badge, Page, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { say } from '../parts/toasts.tsx'
import type { Broker } from '../resources.ts'
import { address, amend } from '../router.ts'
import { Configs } from './configs.tsx'

const pollMs = 2000

interface Brokers {
  readonly controller: number
  readonly brokers: readonly Broker[]
}

export function BrokersPage() {
  const live = useLive<Brokers>('/brokers', pollMs)
  const isAdding = useSignal(false)
  const actions = (
    <Button
      kind="primary"
      onPress={() => {
        isAdding.value = true
      }}
    >
      Add a broker
    </Button>
  )
  return (
    <Page title="Brokers" actions={actions}>
      <p class="lead">One cluster. What a stopped broker led is led by others; its clients have to find them.</p>
      <Until live={live}>{(all) => <Chosen of={all} refresh={live.refresh} />}</Until>
      {isAdding.value ? (
        <AddDialog
          onDone={live.refresh}
          onClose={() => {
            isAdding.value = false
          }}
        />
      ) : null}
    </Page>
  )
}

function Chosen({ of: { brokers, controller }, refresh }: { readonly of: Brokers; readonly refresh: () => void }) {
  const { broker } = address.value.query
  const chosen = brokers.find(({ id }) => `${id}` === broker) ?? brokers[0]
  return (
    <>
      <Table
        label="Brokers"
        rows={brokers}
        columns={columns(controller, refresh)}
        keyOf={({ id }) => id}
        selected={chosen?.id}
        onOpen={({ id }) => amend({ broker: `${id}` })}
        empty={null}
        heightMax="20rem"
      />
      {chosen === undefined ? null : (
        <div class="stack">
          <h2>Configs of broker {chosen.id}</h2>
          {chosen.state === 'down' ? (
            <p class="soft">It is down, and tells nothing.</p>
          ) : (
            <Configs key={chosen.id} path={url(['brokers', `${chosen.id}`, 'configs'])} />
          )}
        </div>
      )}
    </>
  )
}

function columns(controller: number, refresh: () => void): readonly Column<Broker>[] {
  const turn = async ({ id, state }: Broker) => {
    await ask(url(['brokers', `${id}`, state === 'up' ? 'stop' : 'start']), { method: 'POST' })
    say(`Broker ${id} is ${state === 'up' ? 'down' : 'up'}.`)
    refresh()
  }
  return [
    {
      title: 'Up',
      width: '3rem',
      cell: (broker) => (
        <Switch label={`Broker ${broker.id} is up`} isOn={broker.state === 'up'} onChange={() => turn(broker)} />
      ),
    },
    {
      title: 'Broker',
      width: 'minmax(7rem, 1fr)',
      by: ({ id }) => id,
      cell: ({ id }) => (
        <>
          <span class="name">{id}</span> {id === controller ? <Badge tone="none">controller</Badge> : null}
        </>
      ),
    },
    {
      title: 'Address',
      width: 'minmax(9rem, 2fr)',
      cell: ({ host, port }) => <span class="mono">{`${host}:${port}`}</span>,
      from: 30,
    },
    {
      title: 'Rack',
      width: 'minmax(4rem, 1fr)',
      cell: ({ rack }) => <span class="soft">{rack ?? '–'}</span>,
      from: 40,
    },
  ]
}

function AddDialog({ onDone, onClose }: { readonly onDone: () => void; readonly onClose: () => void }) {
  const rack = useSignal('')
  const add = async () => {
    const json = rack.value === '' ? {} : { rack: rack.value }
    const { id, port } = await ask<{ id: number; port: number }>('/brokers', { method: 'POST', json })
    say(`Broker ${id} is up, at port ${port}.`)
    onDone()
  }
  return (
    <Dialog title="Add a broker" confirm="Add" onConfirm={add} onClose={onClose}>
      <p class="soft">It takes a free port, and holds nothing until topics are made or partitions moved there.</p>
      <TextField
        label="Rack"
        hint="Optional. Consumers of the same rack read from its followers."
        value={rack.value}
        onValue={(value) => {
          rack.value = value
        }}
      />
    </Dialog>
  )
}
