/** One plugin: what it does, what it says as it says it, its config as a form, and what can be done to it. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ask, url } from '../api.ts'
import { asApiError, useLive } from '../live.ts'
import { beforeNextFrame } from '../clock.ts'
import { bytes, count, dateTime, duration, timeOfDay } from '../logic/format.ts'
import { Button, Search } from '../parts/controls.tsx'
import { confirmFirst } from '../parts/dialog.tsx'
import { Card, Empty, Facts, Figures, Page, Problem, Tabs, Until } from '../parts/showing.tsx'
import { search } from '../logic/filter.ts'
import { address, go } from '../router.ts'
import { writeAddress } from '../logic/address.ts'
import type { LogLine, Plugin } from '../resources.ts'
import { PluginConfig } from './plugin-config.tsx'
import { EnabledSwitch, PluginCommands, PluginState } from './plugins.tsx'

const pollMs = 1000

export function PluginPage({ name }: { readonly name: string }) {
  const live = useLive<Plugin>(url(['plugins', name]), pollMs)
  const { data } = live
  const { tab = 'numbers' } = address.value.query
  const tabs = (['numbers', 'log', 'config'] as const).map(
    (id) =>
      [
        id,
        { numbers: 'Numbers', log: 'Log', config: 'Config' }[id],
        writeAddress(['plugins', name], { tab: id }),
      ] as const,
  )
  const actions =
    data === undefined ? null : (
      <div class="row">
        <PluginState of={data} />
        <EnabledSwitch of={data} onDone={live.refresh} />
        <PluginCommands of={data} onDone={live.refresh} />
        <Button kind="danger" onPress={() => confirmUnload(name)}>
          Unload…
        </Button>
      </div>
    )
  return (
    <Page title={name} of={['#/plugins', 'Plugins']} actions={actions}>
      <Tabs label="About this plugin" of={tabs} current={tab} />
      <Until live={live}>
        {(plugin) =>
          tab === 'log' ? (
            <PluginLog name={name} />
          ) : tab === 'config' ? (
            <PluginConfig of={plugin} />
          ) : (
            <Numbers of={plugin} />
          )
        }
      </Until>
    </Page>
  )
}

function confirmUnload(name: string): void {
  confirmFirst({
    title: `Unload ${name}?`,
    text: 'It finishes the batches it has, and is shown no further record. A restart of Blink may load it again.',
    confirm: 'Unload',
    onConfirm: async () => {
      await ask(url(['plugins', name]), { method: 'DELETE' })
      go(['plugins'])
    },
  })
}

function Numbers({ of: plugin }: { readonly of: Plugin }) {
  const { records, failures, latency_ms, last_failure } = plugin
  const number = (name: string) => count(records[name] ?? 0)
  return (
    <>
      {last_failure === null ? null : <Problem error={{ message: `Last failure: ${last_failure}` }} />}
      <Figures
        of={[
          ['accepted', number('accepted')],
          ['refused', number('refused')],
          ['failed', number('failed')],
          ['dropped', number('dropped')],
          ['replaced', number('replaced')],
          ['memory', bytes(plugin.memory_bytes)],
          ['restarts', count(plugin.restarts)],
          ['batches waiting', count(plugin.queued_batches)],
        ]}
      />
      <div class="columns">
        <About of={plugin} />
        <div class="stack">
          <Card title="Latency of its hooks">
            {Object.keys(latency_ms).length === 0 ? (
              <p class="soft">It was not called yet. Produce a record to one of its topics.</p>
            ) : (
              <Facts
                of={Object.entries(latency_ms).map(([hook, { p50, p90, p99 }]) => [
                  hook,
                  <span class="number">
                    p50 {duration(p50)} · p90 {duration(p90)} · p99 {duration(p99)}
                  </span>,
                ])}
              />
            )}
          </Card>
          <Card title="Failures">
            {Object.keys(failures).length === 0 ? (
              <p class="soft">None.</p>
            ) : (
              <Facts
                of={Object.entries(failures).map(([what, times]) => [what, <span class="number">{count(times)}</span>])}
              />
            )}
          </Card>
        </div>
      </div>
    </>
  )
}

function About({ of: plugin }: { readonly of: Plugin }) {
  return (
    <Card title="What it is">
      <Facts
        of={[
          ['File', <code>{plugin.path}</code>],
          ['Description', plugin.info?.description || <span class="soft">none given</span>],
          ['Version', plugin.info?.version || <span class="soft">none given</span>],
          ['Edition', plugin.edition ?? 'not loaded yet'],
          ['State since', dateTime(plugin.since_ms)],
          ['Instances', `${plugin.instances.active} of ${plugin.instances.count} running`],
          ['Topics', plugin.topics.join(', ')],
          ['Priority', `${plugin.priority}, lower ones judge first`],
          ['Verdicts', plugin.mode === 'shadow' ? 'counted, not applied' : 'applied'],
          ['Hooks', plugin.hooks.join(', ') || 'none'],
          ['Capabilities', plugin.capabilities.join(', ') || 'none granted'],
          ['SHA-256', plugin.sha256 === null ? 'not read yet' : <code class="small">{plugin.sha256}</code>],
        ]}
      />
    </Card>
  )
}

const linesMax = 1000

/** The last lines, newest first. Server-sent events ask for no token: who may read the rest may read a log. */
function useLog(name: string) {
  const lines = useSignal<readonly LogLine[]>([])
  const missed = useSignal(0)
  const end = useSignal<string | null>(null)
  useEffect(() => {
    let kept: LogLine[] = []
    const show = beforeNextFrame(() => {
      kept = kept.slice(-linesMax)
      lines.value = [...kept].reverse()
    })
    const source = new EventSource(url(['plugins', name, 'logs'], { follow: true }))
    source.onopen = () => {
      kept = []
    }
    source.onmessage = ({ data }) => {
      kept.push(JSON.parse(data))
      show()
    }
    source.addEventListener('dropped', ({ data }) => {
      missed.value += JSON.parse(data).dropped
    })
    source.addEventListener('end', ({ data }) => {
      end.value = JSON.parse(data).why
      source.close()
    })
    return () => source.close()
  }, [name])
  return { lines, missed, end }
}

function PluginLog({ name }: { readonly name: string }) {
  const { lines, missed, end } = useLog(name)
  const query = useSignal('')
  const shown = search(lines.value, query.value, ({ level, message }) => `${level} ${message}`)
  return (
    <>
      <div class="row">
        <Search
          label="Search the log"
          value={query.value}
          onValue={(value) => {
            query.value = value
          }}
        />
        {missed.value === 0 ? null : (
          <span class="soft">{count(missed.value)} lines were missed: it says too much</span>
        )}
      </div>
      {end.value === null ? null : <Problem error={asApiError(`The log has ended: ${end.value}.`)} />}
      <Card isPadded={false}>
        {shown.length === 0 ? (
          <Empty title={lines.value.length === 0 ? 'It has said nothing yet' : 'No line has these words'}>
            <p>
              What it says appears here as it says it, newest first. Lines below the log level of Blink are not taken.
            </p>
          </Empty>
        ) : (
          <section class="log" tabIndex={0} aria-label="Log, newest first">
            <ol>
              {shown.map((line, at) => (
                <li key={lines.value.length - at}>
                  <time>{timeOfDay(line.timestamp)}</time>
                  <span class={{ error: 'bad', warn: 'warn' }[line.level] ?? 'soft'}>{line.level}</span>
                  <span>{line.message}</span>
                </li>
              ))}
            </ol>
          </section>
        )}
      </Card>
    </>
  )
}
