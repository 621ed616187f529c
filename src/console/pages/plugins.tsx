/** The plugins: what state each is in, what it does, and whether it is asked at all. */
import { ask, url } from '../api.ts'
import { useLive } from '../live.ts'
import { count, duration } from '../logic/format.ts'
import { Button, Switch } from '../parts/controls.tsx'
import { Badge, Code, Empty, Page, type Tone, Until } from '../parts/showing.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { say } from '../parts/toasts.tsx'
import type { Plugin } from '../resources.ts'
import { go } from '../router.ts'
import { writeAddress } from '../logic/address.ts'
import { PluginPage } from './plugin.tsx'

const pollMs = 1000

export function PluginsPage({ rest: [name] }: { readonly rest: readonly string[] }) {
  return name === undefined ? <PluginList /> : <PluginPage name={name} />
}

function PluginList() {
  const live = useLive<{ plugins: readonly Plugin[] }>('/plugins', pollMs)
  return (
    <Page title="Plugins">
      <Until live={live}>
        {({ plugins }) => (
          <Table
            label="Plugins"
            rows={plugins}
            columns={columns(live.refresh)}
            keyOf={({ name }) => name}
            onOpen={({ name }) => go(['plugins', name])}
            empty={<NoPlugins />}
          />
        )}
      </Until>
    </Page>
  )
}

function NoPlugins() {
  return (
    <Empty title="No plugin is loaded">
      <p>
        A plugin sees every record that is produced, and may refuse it. Name one in settings.yaml and start Blink anew:
      </p>
      <Code text="plugin_paths: [demo-plugin/demo-plugin.wasm]" label="the setting" />
    </Empty>
  )
}

function columns(refresh: () => void): readonly Column<Plugin>[] {
  return [
    {
      title: 'Name',
      width: 'minmax(7rem, 2fr)',
      by: ({ name }) => name,
      cell: ({ name }) => (
        <a class="name" href={writeAddress(['plugins', name])}>
          {name}
        </a>
      ),
    },
    {
      title: 'State',
      width: 'minmax(6.5rem, 1fr)',
      by: ({ state }) => state,
      cell: (plugin) => <PluginState of={plugin} />,
    },
    {
      title: 'Accepted',
      width: '6rem',
      isNumber: true,
      by: accepted,
      cell: (plugin) => count(accepted(plugin)),
      from: 38,
    },
    {
      title: 'Refused',
      width: '6rem',
      isNumber: true,
      by: refused,
      cell: (plugin) => count(refused(plugin)),
      from: 30,
    },
    { title: 'Failed', width: '5rem', isNumber: true, by: failed, cell: (plugin) => count(failed(plugin)), from: 48 },
    {
      title: 'Latency p99',
      width: '6.5rem',
      isNumber: true,
      by: slowest,
      cell: (plugin) => (slowest(plugin) === 0 ? '–' : duration(slowest(plugin))),
      from: 58,
    },
    { title: 'Enabled', width: '4rem', cell: (plugin) => <EnabledSwitch of={plugin} onDone={refresh} /> },
  ]
}

const accepted = ({ records }: Plugin) => records.accepted ?? 0
const refused = ({ records }: Plugin) => records.refused ?? 0
const failed = ({ records }: Plugin) => records.failed ?? 0
const slowest = ({ latency_ms }: Plugin) => Math.max(0, ...Object.values(latency_ms).map(({ p99 }) => p99))

const tones: Readonly<Record<string, Tone>> = {
  running: 'good',
  failed: 'bad',
  quarantined: 'bad',
  'backing-off': 'warn',
  starting: 'warn',
}

export function PluginState({ of: { state, mode, is_sandboxed } }: { readonly of: Plugin }) {
  return (
    <span class="row" style={{ flexWrap: 'nowrap' }}>
      <Badge tone={tones[state] ?? 'none'}>{state}</Badge>
      {mode === 'shadow' ? <Badge>shadow</Badge> : null}
      {is_sandboxed ? null : <Badge tone="warn">unsandboxed</Badge>}
    </span>
  )
}

interface Act {
  readonly of: Plugin
  readonly onDone: () => void
}

export function EnabledSwitch({ of: { name, enabled }, onDone }: Act) {
  const turn = async (isOn: boolean) => {
    await command(name, isOn ? 'enable' : 'disable')
    onDone()
  }
  return <Switch label={`${name} is enabled`} isOn={enabled} onChange={turn} />
}

export function PluginCommands({ of: { name, state }, onDone }: Act) {
  const reload = async () => {
    await command(name, 'reload')
    say(`${name} was loaded anew from its file.`)
    onDone()
  }
  const reset = async () => {
    await command(name, 'reset')
    say(`The failures of ${name} are forgotten.`)
    onDone()
  }
  return (
    <>
      <Button onPress={reload}>Reload</Button>
      <Button onPress={reset} kind={state === 'quarantined' ? 'primary' : 'quiet'}>
        Reset failures
      </Button>
    </>
  )
}

function command(name: string, what: string): Promise<Plugin> {
  return ask(url(['plugins', name, what]), { method: 'POST' })
}
