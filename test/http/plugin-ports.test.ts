/** Ports that come and go with their plugins. */
import * as assert from 'uvu/assert'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { PluginPorts } from '../../src/http/plugin-ports.ts'
import type { PluginStatus } from '../../src/plugins/plugin-status.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { rejection } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('ports of plugins')

/** Notes what is opened and closed; ports above 9000 are in use. */
function watched() {
  const done: string[] = []
  const events: LogEvent[] = []
  let plugins: readonly PluginStatus[] = []
  const ports = new PluginPorts({
    pluginAdmin: { status: () => plugins },
    open: async (plugin, port) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (port > 9000) throw new Error(`plugin '${plugin}': port ${port} is in use`)
      done.push(`open ${plugin} ${port}`)
      return { port, close: async () => void done.push(`close ${plugin} ${port}`) }
    },
    logger: new Logger('t', { level: 'warn', now: () => 0, write: (event) => events.push(event) }),
  })
  /** What happened since the last time. */
  const news = () => done.splice(0)
  const become = (...named: readonly [name: string, port: number | null, more?: Partial<PluginStatus>][]) => {
    plugins = named.map(([name, port, more]) => pluginStatus({ name, port, ...more }))
  }
  return { ports, become, news, events }
}

test('a port is opened once, and closed when its plugin goes or wants another', async () => {
  const { ports, become, news } = watched()
  become(['a', 1], ['b', 0], ['c', null])
  await ports.update()
  await ports.update()
  assert.equal(news(), ['open a 1', 'open b 0'])
  become(['a', 2], ['c', 3])
  await ports.update()
  assert.equal(news(), ['close a 1', 'close b 0', 'open a 2', 'open c 3'])
})

test('a port that goes from one plugin to another is closed before it is opened', async () => {
  const { ports, become, news } = watched()
  become(['a', 1])
  await ports.update()
  become(['b', 1])
  await ports.update()
  assert.equal(news(), ['open a 1', 'close a 1', 'open b 1'])
})

test('a plugin that fails keeps its port, one that is disabled does not', async () => {
  const { ports, become, news } = watched()
  become(['a', 1], ['b', 2])
  await ports.update()
  become(['a', 1, { state: 'quarantined' }], ['b', 2, { state: 'disabled', enabled: false }])
  await ports.update()
  assert.equal(news(), ['open a 1', 'open b 2', 'close b 2'])
})

test('a port that cannot be opened is told, the others are open', async () => {
  const { ports, become, news, events } = watched()
  become(['a', 9001], ['b', 1])
  assert.is((await rejection(ports.update())).message, "plugin 'a': port 9001 is in use")
  assert.equal(news(), ['open b 1'])
  await ports.updateOrLog()
  assert.equal(
    events.map(({ level, message }) => `${level}: ${message}`),
    ["error: plugin 'a': port 9001 is in use"],
  )
  become(['a', 2], ['b', 1])
  await ports.updateOrLog()
  assert.equal(news(), ['open a 2'])
})

test('updates that come together open nothing twice', async () => {
  const { ports, become, news } = watched()
  become(['a', 1])
  await Promise.all([ports.update(), ports.update(), ports.updateOrLog()])
  assert.equal(news(), ['open a 1'])
})

test('all are closed in the end, also one that is just being opened, and none is opened afterwards', async () => {
  const { ports, become, news } = watched()
  become(['a', 1])
  const opening = ports.update()
  await Promise.resolve()
  await ports.close(0)
  await opening
  assert.equal(news().slice(-1), ['close a 1'])
  await ports.update()
  assert.equal(news(), [])
})

test.run()
