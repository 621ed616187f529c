/** Brokers as switches, one more of them, and leaders that move. */
import * as assert from 'uvu/assert'
import { missing, openConsole } from '../../support/chromium.ts'
import { type Running, start, until } from '../../support/running.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('console brokers', 60, missing)

async function cluster(cleanup: Cleanup): Promise<Running> {
  const running = await start(cleanup, { brokerPorts: [0, 0], level: 'error' })
  await running.post('/topics', { name: 'orders', partitions: 1, replication_factor: 2 })
  return running
}

async function leader({ get }: Running): Promise<number> {
  return (await get('/topics/orders/partitions/0')).json.leader
}

test('a broker is stopped, its partitions are led elsewhere, and it is started again', async (cleanup) => {
  const running = await cluster(cleanup)
  const first = await leader(running)
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('brokers')
  const up = page.getByRole('switch', { name: `Broker ${first} is up` })
  await up.click()
  await page.getByText(`Broker ${first} is down.`).waitFor()
  await until('another to lead', async () => (await leader(running)) === 3 - first)
  await page.locator(`[role=switch][aria-label="Broker ${first} is up"][aria-checked=false]`).waitFor()
  await up.click()
  await page.getByText(`Broker ${first} is up.`).waitFor()
  assert.equal(problems(), [])
})

test('a broker is added, with its rack', async (cleanup) => {
  const running = await cluster(cleanup)
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('brokers')
  await page.getByRole('button', { name: 'Add a broker' }).click()
  await page.getByLabel('Rack').fill('b')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText(/Broker 3 is up, at port \d+\./).waitFor()
  await page.getByRole('row', { name: /3 .*:\d+ b/ }).waitFor()
  assert.is((await running.get('/brokers')).json.brokers[2].rack, 'b')
  assert.equal(problems(), [])
})

test('the leader of a partition is moved', async (cleanup) => {
  const running = await cluster(cleanup)
  const first = await leader(running)
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('topics/orders?tab=partitions')
  await page.getByRole('button', { name: 'Move the leader of partition 0' }).click()
  await page.getByText(`Broker ${3 - first} leads orders-0.`).waitFor()
  assert.is(await leader(running), 3 - first)
  assert.equal(problems(), [])
})

test.run()
