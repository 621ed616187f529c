/** All topics: found, sorted, made. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { ask } from '../api.ts'
import { useLive } from '../live.ts'
import { writeAddress } from '../logic/address.ts'
import { search } from '../logic/filter.ts'
import { bytes, count, counted } from '../logic/format.ts'
import { Button, Checkbox, Search, TextArea, TextField } from '../parts/controls.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Badge, Code, Empty, Page, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import type { Topic } from '../resources.ts'
import { address, amend, go } from '../router.ts'
import { TopicPage } from './topic.tsx'

const pollMs = 2000

export function TopicsPage({ rest: [name] }: { readonly rest: readonly string[] }) {
  return name === undefined ? <TopicList /> : <TopicPage name={name} />
}

function TopicList() {
  const live = useLive<{ topics: readonly Topic[] }>('/topics', pollMs)
  const isCreating = useSignal(false)
  const create = () => {
    isCreating.value = true
  }
  return (
    <Page
      title="Topics"
      actions={
        <Button kind="primary" onPress={create}>
          Create a topic
        </Button>
      }
    >
      <Until live={live}>{({ topics }) => <List topics={topics} onCreate={create} />}</Until>
      {isCreating.value ? (
        <CreateDialog
          onClose={() => {
            isCreating.value = false
          }}
        />
      ) : null}
    </Page>
  )
}

function List({ topics, onCreate }: { readonly topics: readonly Topic[]; readonly onCreate: () => void }) {
  const { q = '', internal } = address.value.query
  const rows = useMemo(() => {
    const seen = internal === 'true' ? topics : topics.filter(({ is_internal }) => !is_internal)
    return search(seen, q, ({ name }) => name)
  }, [topics, q, internal])
  return (
    <>
      <div class="row">
        <Search label="Search topics" value={q} onValue={(value) => amend({ q: value })} />
        <Checkbox
          label="Show the broker’s own"
          isOn={internal === 'true'}
          onChange={(isOn) => amend({ internal: isOn ? 'true' : undefined })}
        />
        <span class="soft number" role="status">
          {counted(rows.length, 'topic')}
        </span>
      </div>
      <Table
        label="Topics"
        rows={rows}
        columns={columns}
        keyOf={({ name }) => name}
        onOpen={({ name }) => go(['topics', name])}
        empty={
          topics.length === 0 ? (
            <NoTopics onCreate={onCreate} />
          ) : (
            <Empty title="No topic has these words in its name" />
          )
        }
      />
    </>
  )
}

function NoTopics({ onCreate }: { readonly onCreate: () => void }) {
  return (
    <Empty title="There is no topic yet">
      <p>Topics are made when a client first uses them. Produce a record to one, here or with curl:</p>
      <Code
        label="the command"
        text={[
          `curl ${location.origin}/topics/greetings/records -H 'content-type: application/json' \\`,
          `  -d '{ "key": "a", "value": "Hello" }'`,
        ].join('\n')}
      />
      <Button kind="primary" onPress={onCreate}>
        Create a topic
      </Button>
    </Empty>
  )
}

const columns: readonly Column<Topic>[] = [
  {
    title: 'Name',
    width: 'minmax(8rem, 3fr)',
    by: ({ name }) => name,
    cell: ({ name, is_internal }) => (
      <span class="row" style={{ flexWrap: 'nowrap', gap: '.5rem' }}>
        <a class="name" href={writeAddress(['topics', name])}>
          {name}
        </a>
        {is_internal ? <Badge>internal</Badge> : null}
      </span>
    ),
  },
  {
    title: 'Partitions',
    width: '5.5rem',
    isNumber: true,
    by: (topic) => topic.partition_count,
    cell: (topic) => count(topic.partition_count),
    from: 32,
  },
  {
    title: 'Records',
    width: '7rem',
    isNumber: true,
    by: (topic) => topic.record_count,
    cell: (topic) => count(topic.record_count),
  },
  {
    title: 'Cleanup',
    width: '6rem',
    by: (topic) => topic.cleanup_policy,
    cell: (topic) => <span class="soft">{topic.cleanup_policy}</span>,
    from: 50,
  },
  {
    title: 'Size',
    width: '6rem',
    isNumber: true,
    by: (topic) => topic.bytes,
    cell: (topic) => bytes(topic.bytes),
    from: 24,
  },
]

function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const name = useSignal('')
  const partitions = useSignal('1')
  const configs = useSignal('')
  const create = async () => {
    const given = configs.value.split('\n').filter((line) => line.trim() !== '')
    const pairs = given.map((line) => {
      const [key = '', ...value] = line.split('=')
      return [key.trim(), value.join('=').trim()]
    })
    const json = { name: name.value, partitions: Number(partitions.value), configs: Object.fromEntries(pairs) }
    await ask('/topics', { method: 'POST', json })
    go(['topics', name.value])
  }
  return (
    <Dialog title="Create a topic" confirm="Create" isReady={name.value !== ''} onConfirm={create} onClose={onClose}>
      <TextField
        label="Name"
        hint="Letters, digits, dots, dashes and underscores."
        autofocus
        autocomplete="off"
        value={name.value}
        onValue={(value) => {
          name.value = value
        }}
      />
      <TextField
        label="Partitions"
        type="number"
        min="1"
        value={partitions.value}
        onValue={(value) => {
          partitions.value = value
        }}
      />
      <TextArea
        label="Configs"
        hint="One a line. Those that are left out have the broker’s default."
        placeholder="retention.ms=60000"
        rows={3}
        value={configs.value}
        onValue={(value) => {
          configs.value = value
        }}
      />
    </Dialog>
  )
}
