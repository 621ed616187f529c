/** Groups of every type: their state, and how far they are behind. */
import { useLive } from '../live.ts'
import { writeAddress } from '../logic/address.ts'
import { search } from '../logic/filter.ts'
import { count, counted } from '../logic/format.ts'
import { Search } from '../parts/controls.tsx'
import { Badge, Empty, Page, type Tone, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import type { GroupInList } from '../resources.ts'
import { address, amend, go } from '../router.ts'
import { GroupPage } from './group.tsx'

const pollMs = 2000

export function GroupsPage({ rest: [name] }: { readonly rest: readonly string[] }) {
  return name === undefined ? <GroupList /> : <GroupPage name={name} />
}

function GroupList() {
  const live = useLive<{ groups: readonly GroupInList[] }>('/groups', pollMs)
  const { q = '' } = address.value.query
  return (
    <Page title="Groups">
      <Until live={live}>
        {({ groups }) => {
          const rows = search(groups, q, ({ group }) => group)
          return (
            <>
              <div class="row">
                <Search label="Search groups" value={q} onValue={(value) => amend({ q: value })} />
                <span class="soft number">{counted(rows.length, 'group')}</span>
              </div>
              <Table
                label="Groups"
                rows={rows}
                columns={columns}
                keyOf={({ group }) => group}
                onOpen={({ group }) => go(['groups', group])}
                empty={groups.length === 0 ? <NoGroups /> : <Empty title="No group has these words in its name" />}
              />
            </>
          )
        }}
      </Until>
    </Page>
  )
}

function NoGroups() {
  return (
    <Empty title="There is no group yet">
      <p>
        A group is made when a consumer with a group id first joins. The{' '}
        <a class="plain" href="#/">
          overview
        </a>{' '}
        has one to paste for your language.
      </p>
    </Empty>
  )
}

const tones: Readonly<Record<string, Tone>> = {
  stable: 'good',
  dead: 'bad',
  'preparing-rebalance': 'warn',
  'completing-rebalance': 'warn',
  assigning: 'warn',
  reconciling: 'warn',
  'not-ready': 'warn',
}

export function GroupState({ state }: { readonly state: string }) {
  const key = state.replaceAll(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()
  return <Badge tone={tones[key] ?? 'none'}>{key.replaceAll('-', ' ')}</Badge>
}

const columns: readonly Column<GroupInList>[] = [
  {
    title: 'Group',
    width: 'minmax(8rem, 2fr)',
    by: ({ group }) => group,
    cell: ({ group }) => (
      <a class="name" href={writeAddress(['groups', group])}>
        {group}
      </a>
    ),
  },
  {
    title: 'State',
    width: 'minmax(7rem, 1fr)',
    by: ({ state }) => state,
    cell: ({ state }) => <GroupState state={state} />,
  },
  {
    title: 'Type',
    width: 'minmax(5.5rem, 0.75fr)',
    by: ({ type }) => type,
    cell: ({ type }) => <span class="soft">{type}</span>,
    from: 40,
  },
  {
    title: 'Assignor',
    width: 'minmax(6rem, 1fr)',
    cell: ({ protocol }) => <span class="soft">{protocol || '–'}</span>,
    from: 52,
  },
  {
    title: 'Members',
    width: '5rem',
    isNumber: true,
    by: ({ members }) => members,
    cell: ({ members }) => count(members),
    from: 34,
  },
  {
    title: 'Lag',
    width: '5rem',
    isNumber: true,
    by: ({ lag }) => lag ?? -1,
    cell: ({ lag }) => (lag === null ? '–' : count(lag)),
  },
]
