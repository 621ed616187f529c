/** One group: its members and what each was assigned, how far it is behind and whether that grows, and a reset. */
import { useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { ask, url } from '../api.ts'
import { nowMs } from '../clock.ts'
import { useLive } from '../live.ts'
import { writeAddress } from '../logic/address.ts'
import { count } from '../logic/format.ts'
import { LagHistory, trendOf } from '../logic/lags.ts'
import { Button } from '../parts/controls.tsx'
import { confirmFirst } from '../parts/dialog.tsx'
import { Spark } from '../parts/plot.tsx'
import { Empty, Figures, Page, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { say } from '../parts/toasts.tsx'
import type { Group, Lag, Member } from '../resources.ts'
import { go } from '../router.ts'
import { GroupState } from './groups.tsx'
import { ResetDialog } from './reset-dialog.tsx'

const pollMs = 2000

export function GroupPage({ name }: { readonly name: string }) {
  const live = useLive<Group>(url(['groups', name]), pollMs)
  const isResetting = useSignal(false)
  const { data } = live
  const history = useRef(new LagHistory())
  useMemo(() => history.current.add(nowMs(), data?.offsets ?? []), [data])
  const actions =
    live.error?.status === 404 ? null : (
      <div class="row">
        {data === undefined ? null : <GroupState state={data.state} />}
        {data?.type === 'share' ? null : (
          <Button
            onPress={() => {
              isResetting.value = true
            }}
          >
            Reset offsets
          </Button>
        )}
        <Button kind="danger" onPress={() => confirmDelete(name)}>
          Delete…
        </Button>
      </div>
    )
  return (
    <Page title={name} of={['#/groups', 'Groups']} actions={actions}>
      <Until live={live}>
        {(group) => (
          <>
            <Figures
              of={[
                [group.members.length === 1 ? 'member' : 'members', count(group.members.length)],
                [group.lag === 1 ? 'record behind' : 'records behind', group.lag === null ? '–' : count(group.lag)],
                [group.type === 'classic' ? 'generation' : 'epoch', count(group.generation)],
                ['type', group.type],
                ['assignor', <span style={{ fontSize: '1rem' }}>{group.protocol || 'none'}</span>],
                ['coordinator', `broker ${group.coordinator}`],
              ]}
            />
            <GroupTables of={group} history={history.current} />
            {isResetting.value ? (
              <ResetDialog
                group={group}
                onDone={live.refresh}
                onClose={() => {
                  isResetting.value = false
                }}
              />
            ) : null}
          </>
        )}
      </Until>
    </Page>
  )
}

function GroupTables({ of: group, history }: { readonly of: Group; readonly history: LagHistory }) {
  return (
    <>
      <div class="stack tight">
        <h2>Members</h2>
        <Table
          label="Members"
          rows={group.members}
          columns={memberColumns(group)}
          keyOf={({ id }) => id}
          heightMax="24rem"
          empty={
            <Empty title="No consumer is in the group now">
              <p>Its offsets are kept until it has been empty for a while. Now they can be reset.</p>
            </Empty>
          }
        />
      </div>
      <div class="stack tight">
        <h2>Offsets</h2>
        <Table
          label="Offsets"
          rows={group.offsets}
          columns={lagColumns(group, history)}
          keyOf={({ topic, partition }) => `${topic}-${partition}`}
          heightMax="40rem"
          empty={<Empty title="It has committed no offset yet" />}
        />
      </div>
    </>
  )
}

/** Only classic groups have a leader. */
function memberColumns({ type }: Group): readonly Column<Member>[] {
  const role: Column<Member> = {
    title: 'Role',
    width: '4.5rem',
    cell: ({ is_leader }) => <span class="soft">{is_leader ? 'leader' : 'member'}</span>,
    from: 36,
  }
  return [
    {
      title: 'Client id',
      width: 'minmax(7rem, 1fr)',
      cell: ({ client_id, instance_id }) => (
        <>
          <span class="name">{client_id ?? 'none'}</span>{' '}
          {instance_id === null ? null : <span class="soft">{instance_id}</span>}
        </>
      ),
    },
    ...(type === 'classic' ? [role] : []),
    {
      title: 'From',
      width: 'minmax(6rem, 1fr)',
      cell: ({ client_host }) => <span class="soft">{client_host}</span>,
      from: 46,
    },
    {
      title: 'Assignment',
      width: 'minmax(8rem, 2fr)',
      cell: ({ assignment }) => {
        if (assignment === null) return <span class="soft">known to its clients alone</span>
        const text = assignment.map(({ topic, partitions }) => `${topic}: ${partitions.join(', ')}`).join(' · ')
        return <span title={text}>{text || <span class="soft">nothing yet</span>}</span>
      },
    },
  ]
}

function lagColumns({ type }: Group, history: LagHistory): readonly Column<Lag>[] {
  return [
    {
      title: 'Topic',
      width: 'minmax(7rem, 2fr)',
      by: ({ topic }) => topic,
      cell: ({ topic }) => (
        <a class="name" href={writeAddress(['topics', topic])}>
          {topic}
        </a>
      ),
    },
    {
      title: 'Partition',
      width: '4.5rem',
      isNumber: true,
      by: ({ partition }) => partition,
      cell: ({ partition }) => partition,
    },
    {
      title: type === 'share' ? 'Start' : 'Committed',
      width: '6rem',
      isNumber: true,
      cell: (one) => (one.committed_offset === null ? <span class="soft">none</span> : count(one.committed_offset)),
      from: 38,
    },
    { title: 'End', width: '6rem', isNumber: true, cell: (one) => count(one.log_end_offset), from: 46 },
    {
      title: 'Lag',
      width: '5rem',
      isNumber: true,
      by: ({ lag }) => lag ?? -1,
      cell: ({ lag }) => (lag === null ? '–' : count(lag)),
    },
    {
      title: 'Trend',
      width: '5.5rem',
      cell: ({ topic, partition }) => {
        const points = history.of(topic, partition)
        return <Spark points={points} label={`Lag: ${trendOf(points)}`} />
      },
      from: 30,
    },
  ]
}

function confirmDelete(name: string): void {
  confirmFirst({
    title: `Delete the group ${name}?`,
    text: 'Its offsets are forgotten: whoever joins it later begins where its settings say. It must have no members.',
    confirm: 'Delete',
    onConfirm: async () => {
      await ask(url(['groups', name]), { method: 'DELETE' })
      say(`The group ${name} is deleted.`)
      go(['groups'])
    },
  })
}
