/** Faults as switches, the clock, and the state of the broker. */
import * as assert from 'uvu/assert'
import { missing, openConsole } from '../../support/chromium.ts'
import { kafkajs, producing } from '../../support/kafkajs.ts'
import { start, until } from '../../support/running.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console faults', 60, missing)

const settings = { bootTopics: ['orders'], level: 'error' } as const

test('a fault is added by the form, strikes, is counted, and is switched off', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('faults')
  await page.getByText('Nothing goes wrong').waitFor()
  await page.getByRole('button', { name: 'Add a fault' }).click()
  await page.getByLabel('What happens').selectOption('delay')
  await page.getByLabel('How late').fill('20ms')
  await page.getByLabel('API').fill('Produce')
  await page.getByLabel('Topic').fill('orders')
  await page.getByLabel('When', { exact: true }).selectOption('times')
  await page.getByLabel('How much').fill('2')
  await page.getByLabel('Name').fill('late')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('delay 20 ms').waitFor()
  const { faults } = (await running.get('/faults')).json
  assert.equal([faults[0].name, faults[0].delay, faults[0].api, faults[0].times], ['late', 20, ['Produce'], 2])

  const producer = await producing(cleanup, kafkajs(running.brokers))
  await producer.send({ topic: 'orders', messages: [{ value: 'a' }] })
  await page.getByText('delay 20 ms').click()
  await page.getByText('Produce, orders-0').waitFor()

  await page.getByRole('switch', { name: 'The fault late is on' }).click()
  await page.getByText('The fault late is cleared.').waitFor()
  assert.equal((await running.get('/faults')).json.faults, [])
  assert.equal(problems(), [])
})

test('what makes no fault is said in the dialog', async (cleanup) => {
  const { page, go } = await openConsole(cleanup, await start(cleanup, settings))
  await go('faults')
  await page.getByRole('button', { name: 'Add a fault' }).click()
  await page.getByLabel('Error', { exact: true }).fill('NO_SUCH_ERROR')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page
    .getByRole('dialog')
    .getByRole('alert')
    .getByText(/NO_SUCH_ERROR/)
    .waitFor()
})

test('a preset is added, and all are cleared once that is confirmed', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('faults')
  await page.getByRole('button', { name: 'Three errors' }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('error NOT_LEADER_OR_FOLLOWER').waitFor()
  await page.getByRole('button', { name: 'Clear all…' }).click()
  await page.getByRole('button', { name: 'Clear all', exact: true }).click()
  await page.getByText('Nothing goes wrong').waitFor()
  assert.equal((await running.get('/faults')).json.faults, [])
})

test('the clock is frozen, moved on, set, and runs again', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  const clock = async () => (await running.get('/clock')).json
  await go('clock')
  await page.getByRole('switch', { name: 'Frozen' }).click()
  await until('it to be frozen', async () => (await clock()).state === 'frozen')
  const before = (await clock()).now_ms
  await page.getByRole('button', { name: 'Move on by 10m' }).click()
  await until('it to move on', async () => (await clock()).now_ms - before === 600_000)
  await page.getByLabel('Set the clock to').fill('2030-01-02T03:04:05.000')
  await page.getByRole('button', { name: 'Set', exact: true }).click()
  await page.getByText('2030-01-02 03:04:05.000').waitFor()
  assert.is((await clock()).now_ms, Date.UTC(2030, 0, 2, 3, 4, 5))
  await page.getByRole('switch', { name: 'Frozen' }).click()
  await until('it to run', async () => (await clock()).state === 'running')
})

test('a snapshot is taken, gone back to, and deleted', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('clock')
  await page.getByText('No snapshot yet').waitFor()
  await page.getByLabel('Name of the snapshot').fill('empty')
  await page.getByRole('button', { name: 'Take one' }).click()
  await page.getByText('empty is kept.').waitFor()
  await running.post('/produce', { topic: 'orders', value: 'a' })
  await page.getByRole('button', { name: 'Restore empty' }).click()
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  await page.getByText('Everything is as it was at empty.').waitFor()
  assert.is((await running.get('/topics/orders')).json.record_count, 0)
  await page.getByRole('button', { name: 'Delete empty' }).click()
  await page.getByText('No snapshot yet').waitFor()
})

test('everything is reset once that is typed', async (cleanup) => {
  const running = await start(cleanup, settings)
  await running.post('/produce', { topic: 'made', value: 'a' })
  const { page, go } = await openConsole(cleanup, running)
  await go('clock')
  await page.getByRole('button', { name: 'Reset…' }).click()
  await page.getByLabel('Type reset to confirm').fill('reset')
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByText(/^Reset in /).waitFor()
  assert.is((await running.get('/topics/made')).status, 404)
})

test.run()
