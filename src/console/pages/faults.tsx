/** What clients are to suffer, switched on and off; the clock of the broker; and its state, kept and brought back. */
import { useSignal } from '@preact/signals'
import { ask, url } from '../api.ts'
import { useLive } from '../live.ts'
import { count, timeOfDay } from '../logic/format.ts'
import { whatOf, whenOf, whereOf } from '../logic/fault-form.ts'
import { Button, Switch } from '../parts/controls.tsx'
import { confirmFirst } from '../parts/dialog.tsx'
import { Badge, Card, Empty, Facts, Page, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { say } from '../parts/toasts.tsx'
import type { Fault } from '../resources.ts'
import { FaultDialog, type NewFault } from './fault-dialog.tsx'

const pollMs = 1000

export function FaultsPage() {
  const live = useLive<{ faults: readonly Fault[] }>('/faults', pollMs)
  const isAdding = useSignal<NewFault | null>(null)
  const chosen = useSignal<string | null>(null)
  const add = () => {
    isAdding.value = {}
  }
  const actions = (
    <div class="row">
      {(live.data?.faults.length ?? 0) > 0 ? (
        <Button kind="danger" onPress={() => clearAll(live.refresh)}>
          Clear all…
        </Button>
      ) : null}
      <Button kind="primary" onPress={add}>
        Add a fault
      </Button>
    </div>
  )
  return (
    <Page title="Faults" actions={actions}>
      <p class="lead">What goes wrong for clients, on purpose: to see how they take it. Each hit is counted.</p>
      <Until live={live}>
        {({ faults }) => {
          const fault = faults.find(({ name }) => name === chosen.value)
          return (
            <div class={`with-detail ${fault === undefined ? '' : 'open'}`}>
              <Table
                label="Faults"
                rows={faults}
                columns={columns(live.refresh)}
                keyOf={({ name }) => name}
                selected={chosen.value ?? undefined}
                onOpen={({ name }) => {
                  chosen.value = chosen.value === name ? null : name
                }}
                empty={<NoFaults onPick={(preset) => (isAdding.value = preset)} />}
              />
              {fault === undefined ? null : <Detail of={fault} />}
            </div>
          )
        }}
      </Until>
      {isAdding.value === null ? null : (
        <FaultDialog
          preset={isAdding.value}
          onAdded={live.refresh}
          onClose={() => {
            isAdding.value = null
          }}
        />
      )}
    </Page>
  )
}

function clearAll(refresh: () => void): void {
  confirmFirst({
    title: 'Clear all faults?',
    text: 'Clients are answered as they should be from then on.',
    confirm: 'Clear all',
    onConfirm: async () => {
      await ask('/faults', { method: 'DELETE' })
      refresh()
    },
  })
}

function NoFaults({ onPick }: { readonly onPick: (preset: NewFault) => void }) {
  return (
    <Empty title="Nothing goes wrong">
      <p>Begin with one of these, or add your own.</p>
      <div class="row" style={{ justifyContent: 'center' }}>
        <Button onPress={() => onPick({ kind: 'delay', detail: '500ms', api: 'Produce' })}>Slow produces</Button>
        <Button
          onPress={() =>
            onPick({ kind: 'error', detail: 'NOT_LEADER_OR_FOLLOWER', api: 'Produce', when: 'times', whenDetail: '3' })
          }
        >
          Three errors
        </Button>
        <Button
          onPress={() =>
            onPick({ kind: 'disconnect', detail: 'after', api: 'Produce', when: 'every', whenDetail: '10' })
          }
        >
          Lost answers
        </Button>
      </div>
    </Empty>
  )
}

/** Off is gone: a fault is either there or not. On again, it is added anew, its counts from 0. */
function columns(refresh: () => void): readonly Column<Fault>[] {
  return [
    {
      title: 'On',
      width: '3rem',
      cell: ({ name }) => (
        <Switch
          label={`The fault ${name} is on`}
          isOn
          onChange={async () => {
            await ask(url(['faults', name]), { method: 'DELETE' })
            say(`The fault ${name} is cleared.`)
            refresh()
          }}
        />
      ),
    },
    { title: 'Name', width: 'minmax(5rem, 1fr)', cell: ({ name }) => <span class="name">{name}</span>, from: 30 },
    { title: 'What', width: 'minmax(8rem, 2fr)', cell: whatOf },
    { title: 'Where', width: 'minmax(6rem, 1.5fr)', cell: whereOf, from: 40 },
    { title: 'When', width: 'minmax(6rem, 1fr)', cell: whenOf, from: 54 },
    {
      title: 'State',
      width: '5.5rem',
      cell: ({ state }) => <Badge tone={state === 'active' ? 'warn' : 'none'}>{state}</Badge>,
      from: 48,
    },
    { title: 'Hits', width: '4rem', isNumber: true, cell: ({ hits }) => count(hits) },
  ]
}

function Detail({ of: fault }: { readonly of: Fault }) {
  return (
    <aside class="detail" aria-label="The fault chosen">
      <Card title={fault.name}>
        <div class="stack">
          <Facts
            of={[
              ['What', whatOf(fault)],
              ['Where', whereOf(fault)],
              ['When', whenOf(fault)],
              ['Matched', count(fault.matched)],
              ['Hit', count(fault.hits)],
              ...(fault.left === null ? [] : [['Left', count(fault.left)] as const]),
            ]}
          />
          <h3>Last hits</h3>
          {fault.last_hits.length === 0 ? (
            <p class="soft">None yet. It waits for a request that it fits.</p>
          ) : (
            <ol class="stack tight">
              {fault.last_hits.map((hit, at) => (
                <li key={at} class="small number">
                  {timeOfDay(Date.parse(hit.at))} <span class="soft">{hitOf(hit)}</span>
                </li>
              ))}
            </ol>
          )}
        </div>
      </Card>
    </aside>
  )
}

function hitOf({ api, client, broker, topic, partition, group }: Fault['last_hits'][number]): string {
  const place = topic === null ? null : `${topic}${partition === null ? '' : `-${partition}`}`
  return [api, place, group, client, `broker ${broker}`].filter((part) => part !== null).join(', ')
}
