/** What the plugin host knows of each plugin, as metrics with the label `plugin`. */

import type { Histogram } from '../plugins/latencies.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import type { RecordCounts } from '../plugins/crossing/verdicts.ts'
import type { HistogramMetric, Metric, NumberMetric, Sample } from './exposition.ts'

const verdicts = [
  'accepted',
  'refused',
  'failed',
  'dropped',
  'replaced',
  'throttled',
] as const satisfies readonly (keyof RecordCounts)[]

export function pluginMetrics(plugins: () => readonly PluginStatus[]): readonly Metric[] {
  return [...workMetrics(plugins), ...recordMetrics(plugins), ...lifeMetrics(plugins)]
}

/** Samples of each plugin, which get its name as a label. */
function perPlugin<T>(plugins: () => readonly PluginStatus[], read: (status: PluginStatus) => readonly Sample<T>[]) {
  return (): Sample<T>[] =>
    plugins().flatMap((status) =>
      read(status).map(([labels, value]): Sample<T> => [{ plugin: status.name, ...labels }, value]),
    )
}

function workMetrics(plugins: () => readonly PluginStatus[]): Metric[] {
  const durations: HistogramMetric = {
    type: 'histogram',
    name: 'wasm_plugin_execution_duration_seconds',
    help: 'How long calls of hooks took, by hook; a call may judge a whole batch.',
    samples: perPlugin<Histogram>(plugins, (status) =>
      [...status.durations].map(([hook, histogram]): Sample<Histogram> => [{ hook }, histogram]),
    ),
  }
  return [
    {
      type: 'counter',
      name: 'wasm_plugin_executions_total',
      help: 'Calls of hooks, by hook and result: ok or failed.',
      samples: perPlugin(plugins, executions),
    },
    durations,
    {
      type: 'counter',
      name: 'wasm_plugin_errors_total',
      help: 'Failures of plugins, by hook and kind.',
      samples: perPlugin(plugins, ({ failures }) =>
        failuresOf(failures).map(({ count, ...by }): Sample => [by, count]),
      ),
    },
  ]
}

function executions({ durations, failures }: PluginStatus): Sample[] {
  return [...durations].flatMap(([hook, { count }]): Sample[] => {
    const ofHook = failuresOf(failures).filter((one) => one.hook === hook)
    const failed = ofHook.reduce((sum, one) => sum + one.count, 0)
    return [
      [{ hook, result: 'ok' }, Math.max(0, count - failed)],
      [{ hook, result: 'failed' }, failed],
    ]
  })
}

/** The host counts them under names like `on-record timeout`. */
function failuresOf(failures: PluginStatus['failures']) {
  return Object.entries(failures).map(([name, count]) => {
    const [hook = '', kind = ''] = name.split(' ')
    return { hook, kind, count }
  })
}

function recordMetrics(plugins: () => readonly PluginStatus[]): NumberMetric[] {
  const counter = (name: string, help: string, read: (status: PluginStatus) => number): NumberMetric => {
    return { type: 'counter', name, help, samples: perPlugin(plugins, (status) => [[{}, read(status)]]) }
  }
  return [
    {
      type: 'counter',
      name: 'wasm_plugin_records_total',
      help: 'Records shown to plugins, by verdict; failed ones got none.',
      samples: perPlugin(plugins, ({ records }) => verdicts.map((verdict): Sample => [{ verdict }, records[verdict]])),
    },
    counter('wasm_plugin_rejections_total', 'Records that plugins refused.', ({ records }) => records.refused),
    counter(
      'wasm_plugin_shadow_rejections_total',
      'Records that plugins in shadow mode would have refused.',
      ({ records }) => records.shadowRefused,
    ),
    counter(
      'wasm_plugin_shadow_produced_total',
      'Records that plugins in shadow mode would have produced.',
      ({ shadowProduced }) => shadowProduced,
    ),
  ]
}

function lifeMetrics(plugins: () => readonly PluginStatus[]): NumberMetric[] {
  const one = (
    type: NumberMetric['type'],
    name: string,
    help: string,
    read: (status: PluginStatus) => number,
  ): NumberMetric => ({ type, name, help, samples: perPlugin(plugins, (status) => [[{}, read(status)]]) })
  return [
    one('counter', 'wasm_plugin_restarts_total', 'Restarts of plugins.', ({ restarts }) => restarts),
    one('gauge', 'wasm_plugin_memory_bytes', 'Memory of plugins.', ({ memoryBytes }) => memoryBytes),
    one('gauge', 'wasm_plugin_disk_bytes', 'What plugins keep on disk.', ({ diskBytes }) => diskBytes),
    one('gauge', 'wasm_plugin_instances_active', 'Instances that are running.', ({ instances }) => instances.active),
    one('gauge', 'wasm_plugin_queued_batches', 'Batches that wait for plugins.', ({ queuedBatches }) => queuedBatches),
    one('gauge', 'wasm_plugin_running', '1 while the plugin judges records, otherwise 0.', ({ state }) =>
      state === 'running' ? 1 : 0,
    ),
  ]
}
