/** Configs of a topic or a broker: looked for, changed, taken back to the default. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { ask } from '../api.ts'
import { useLive } from '../live.ts'
import { search } from '../logic/filter.ts'
import { Button, Checkbox, Search, TextField } from '../parts/controls.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Badge, Empty, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { say } from '../parts/toasts.tsx'
import type { Config } from '../resources.ts'

const pollMs = 5000

export function Configs({ path }: { readonly path: string }) {
  const live = useLive<{ configs: readonly Config[] }>(path, pollMs)
  const query = useSignal('')
  const isChangedOnly = useSignal(false)
  const editing = useSignal<Config | null>(null)
  const edit = (config: Config) => {
    if (!config.is_read_only) editing.value = config
  }
  return (
    <Until live={live}>
      {({ configs }) => (
        <>
          <div class="row">
            <Search
              label="Search configs"
              value={query.value}
              onValue={(value) => {
                query.value = value
              }}
            />
            <Checkbox
              label="Changed only"
              isOn={isChangedOnly.value}
              onChange={(isOn) => {
                isChangedOnly.value = isOn
              }}
            />
          </div>
          <List configs={configs} query={query.value} isChangedOnly={isChangedOnly.value} onEdit={edit} />
          {editing.value === null ? null : (
            <EditDialog
              path={path}
              config={editing.value}
              onDone={live.refresh}
              onClose={() => {
                editing.value = null
              }}
            />
          )}
        </>
      )}
    </Until>
  )
}

interface ListProps {
  readonly configs: readonly Config[]
  readonly query: string
  readonly isChangedOnly: boolean
  readonly onEdit: (config: Config) => void
}

function List({ configs, query, isChangedOnly, onEdit }: ListProps) {
  const rows = useMemo(() => {
    const seen = isChangedOnly ? configs.filter((config) => !config.is_default) : configs
    return search(seen, query, ({ name, value }) => `${name} ${value}`)
  }, [configs, query, isChangedOnly])
  const columns: readonly Column<Config>[] = [
    { title: 'Name', width: 'minmax(9rem, 2fr)', by: ({ name }) => name, cell: ({ name }) => <code>{name}</code> },
    {
      title: 'Value',
      width: 'minmax(6rem, 2fr)',
      cell: ({ value }) =>
        value === null ? <span class="soft">none, or secret</span> : <code>{value === '' ? '(empty)' : value}</code>,
    },
    {
      title: 'From',
      width: '7rem',
      cell: ({ is_default, is_read_only }) =>
        is_default ? (
          <span class="soft">{is_read_only ? 'read-only' : 'default'}</span>
        ) : (
          <Badge tone="good">changed</Badge>
        ),
      from: 40,
    },
    {
      title: 'Change',
      width: '4.5rem',
      cell: (config) =>
        config.is_read_only ? null : (
          <Button kind="quiet" label={`Change ${config.name}`} onPress={() => onEdit(config)}>
            Change
          </Button>
        ),
    },
  ]
  return (
    <Table
      label="Configs"
      rows={rows}
      columns={columns}
      keyOf={({ name }) => name}
      empty={<Empty title={isChangedOnly ? 'No config was changed' : 'No config has these words'} />}
    />
  )
}

interface EditProps {
  readonly path: string
  readonly config: Config
  readonly onDone: () => void
  readonly onClose: () => void
}

function EditDialog({ path, config: { name, value, is_default, documentation }, onDone, onClose }: EditProps) {
  const text = useSignal(value ?? '')
  const isToDefault = useSignal(false)
  const save = async () => {
    await ask(path, { method: 'PATCH', json: isToDefault.value ? { delete: [name] } : { set: { [name]: text.value } } })
    say(isToDefault.value ? `${name} has its default again.` : `${name} is ${text.value}.`)
    onDone()
  }
  return (
    <Dialog title={name} confirm="Save" onConfirm={save} onClose={onClose}>
      {documentation ? <p class="soft">{documentation}</p> : null}
      <TextField
        label="Value"
        autofocus
        value={text.value}
        onValue={(typed) => {
          text.value = typed
          isToDefault.value = false
        }}
      />
      {is_default ? null : (
        <Checkbox
          label="Back to the default"
          isOn={isToDefault.value}
          onChange={(isOn) => {
            isToDefault.value = isOn
          }}
        />
      )}
    </Dialog>
  )
}
