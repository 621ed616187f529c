/** Plugins: watched, switched, configured, followed; and what they refused. */
import * as assert from 'uvu/assert'
import { missing, openConsole } from '../../support/chromium.ts'
import { scriptComponent } from '../../support/components-0-2.ts'
import { guardPath, plugin, start, until } from '../../support/running.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('console plugins', 60, missing)

const guard = (cleanup: Cleanup) =>
  start(cleanup, { bootTopics: ['orders'], level: 'info', plugins: [plugin(guardPath, { name: 'guard' })] })

test('a plugin is disabled and enabled by its switch', async (cleanup) => {
  const running = await guard(cleanup)
  const { page, go, problems } = await openConsole(cleanup, running)
  const isEnabled = async () => (await running.get('/plugins/guard')).json.enabled
  await go('plugins')
  const enabled = page.getByRole('switch', { name: 'guard is enabled' })
  await enabled.click()
  await until('it to be disabled', async () => !(await isEnabled()))
  await page.getByText('disabled', { exact: true }).waitFor()
  await enabled.click()
  await until('it to be enabled', isEnabled)
  assert.equal(problems(), [])
})

test('its numbers move, it is reloaded, and its failures are forgotten', async (cleanup) => {
  const running = await guard(cleanup)
  const { page, go } = await openConsole(cleanup, running)
  await go('plugins/guard')
  await page.getByText('It was not called yet').waitFor()
  await running.post('/produce', { topic: 'orders', value: 'a' })
  await page.getByText(/p50 .* p99/).waitFor()
  const since = async () => (await running.get('/plugins/guard')).json.since_ms
  const before = await since()
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.getByText('guard was loaded anew from its file.').waitFor()
  assert.ok((await since()) > before)
  await page.getByRole('button', { name: 'Reset failures' }).click()
  await page.getByText('The failures of guard are forgotten.').waitFor()
})

test('it is unloaded once that is confirmed', async (cleanup) => {
  const running = await guard(cleanup)
  const { page, go } = await openConsole(cleanup, running)
  await go('plugins/guard')
  await page.getByRole('button', { name: 'Unload…' }).click()
  await page.getByRole('button', { name: 'Unload', exact: true }).click()
  await page.getByText('No plugin is loaded').waitFor()
  assert.equal((await running.get('/plugins')).json.plugins, [])
})

test('a refused record is listed as it is refused, with plugin and reason', async (cleanup) => {
  const running = await guard(cleanup)
  const { page, go } = await openConsole(cleanup, running)
  await go('refusals')
  await page.getByText('No record was refused').waitFor()
  await running.post('/produce', { topic: 'orders', key: 'customer-9', value: '' })
  await page.getByRole('row', { name: /orders.*guard/ }).click()
  const detail = page.getByRole('complementary', { name: 'The refusal chosen' })
  await detail.getByRole('heading', { name: 'Refused by guard' }).waitFor()
  await detail.getByText('customer-9').waitFor()
  await detail.getByText('its batch was refused').waitFor()
  await page.getByLabel('Search topic, plugin, reason').fill('nothing')
  await page.getByText('No refused record has these words').waitFor()
})

/** Describes its config, takes each, and says each value that it sees. */
const described = () =>
  scriptComponent(
    `import { log } from 'wasi:logging/logging@0.1.0-draft'
    const text = { decode: (bytes) => String.fromCharCode(...bytes) }
    const schema = {
      type: 'object',
      required: ['limit'],
      properties: {
        limit: { type: 'integer', title: 'Limit', description: 'The most.', minimum: 1, default: 3 },
        mode: { enum: ['strict', 'lax'], title: 'Mode' },
        words: { type: 'array', items: { type: 'string' }, title: 'Words' },
      },
    }
    export const lifecycle = { init() {} }
    export const records = { onRecords: ({ records }) => records.map(({ value }) => {
      log('info', '', 'saw ' + text.decode(value))
      return { tag: 'accept' }
    }) }
    export const configuration = { onConfigChanged() {} }
    export const description = { describe: () => ({
      name: 'described', version: '1.2.3', author: '', description: 'says what it sees',
      hooks: ['on-records'], memoryBytesMin: 0, configSchema: JSON.stringify(schema),
    }) }`,
    { items: ['export description;', 'export configuration;'] },
  )

test('a config is a form of its schema; what the schema refuses is said, and nothing changes', async (cleanup) => {
  const running = await start(cleanup, {
    level: 'info',
    plugins: [plugin(await described(), { name: 'described', config: { limit: 2 } })],
  })
  const { page, go } = await openConsole(cleanup, running)
  const config = async () => (await running.get('/plugins/described/config')).json.config
  await go('plugins/described?tab=config')
  await page.getByLabel('Limit (required)').fill('5')
  await page.getByLabel('Mode').selectOption('lax')
  await page.getByLabel('Words').fill('a\nb')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('described has the new config.').waitFor()
  assert.equal(await config(), { limit: 5, mode: 'lax', words: ['a', 'b'] })
  await page.getByLabel('Limit (required)').fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').getByText(/limit/).waitFor()
  assert.is((await config()).limit, 5)
  await page.getByRole('button', { name: 'Go back to settings.yaml…' }).click()
  await page.getByRole('button', { name: 'Go back', exact: true }).click()
  await until('the old config', async () => (await config()).limit === 2)
})

test('its log is followed as it grows, and searched', async (cleanup) => {
  const running = await start(cleanup, {
    level: 'info',
    plugins: [plugin(await described(), { name: 'described', config: { limit: 2 } })],
  })
  const { page, go } = await openConsole(cleanup, running)
  await go('plugins/described?tab=log')
  await page.getByText('It has said nothing yet').waitFor()
  for (const value of ['apple', 'pear']) await running.post('/produce', { topic: 'fruit', value })
  await page.getByText('saw pear').waitFor()
  await page.getByLabel('Search the log').fill('apple')
  await page.getByText('saw pear').waitFor({ state: 'detached' })
  await page.getByText('saw apple').waitFor()
})

test('a config without a schema is JSON', async (cleanup) => {
  const running = await guard(cleanup)
  const { page, go } = await openConsole(cleanup, running)
  await go('plugins/guard?tab=config')
  await page.getByLabel('Config, as JSON').fill('{oh')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(/The config is not JSON/).waitFor()
})

test.run()
