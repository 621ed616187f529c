/** Consumer groups: their members, their lag, and where they are to go on. */
import * as assert from 'uvu/assert'
import { missing, openConsole } from '../../support/chromium.ts'
import { consuming, kafkajs, producing } from '../../support/kafkajs.ts'
import { type Running, start, until } from '../../support/running.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('console groups', 60, missing)

/** A group that has read ten records of a topic with two partitions. */
async function withGroup(cleanup: Cleanup) {
  const running = await start(cleanup, { bootTopics: ['orders'], partitionCount: 2, level: 'error' })
  const records = Array.from({ length: 10 }, (_, at) => ({ value: `v${at}`, partition: at % 2 }))
  await running.post('/produce', { topic: 'orders', records })
  const kafka = kafkajs(running.brokers, { clientId: 'billing-app' })
  const member = await consuming(cleanup, kafka, 'orders', { groupId: 'billing' })
  await until('all to be read', () => member.read.length === 10)
  await member.consumer.commitOffsets([0, 1].map((partition) => ({ topic: 'orders', partition, offset: '5' })))
  return { running, member }
}

async function committed({ get }: Running): Promise<readonly number[]> {
  const { json } = await get('/groups/billing')
  return json.offsets.map(({ committed_offset }: { committed_offset: number }) => committed_offset)
}

test('without a group, the page says how one comes to be', async (cleanup) => {
  const { page, go } = await openConsole(cleanup, await start(cleanup, { level: 'error' }))
  await go('groups')
  await page.getByText('There is no group yet').waitFor()
})

test('a group is shown with its member, what that was assigned, and its lag as it grows', async (cleanup) => {
  const { running, member } = await withGroup(cleanup)
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('groups')
  await page.getByRole('link', { name: 'billing' }).click()
  await page.getByRole('cell', { name: 'billing-app' }).waitFor()
  await page.getByRole('cell', { name: 'orders: 0, 1' }).waitFor()
  await page.getByText('stable').waitFor()
  await member.leave()
  await page.getByText('No consumer is in the group now').waitFor()
  await running.post('/produce', {
    topic: 'orders',
    records: [
      { value: 'x', partition: 0 },
      { value: 'y', partition: 0 },
    ],
  })
  await page.getByRole('row', { name: /orders 0 5 7 2/ }).waitFor()
  await page.getByRole('img', { name: 'Lag: growing, from 0 to 2' }).waitFor()
  assert.equal(problems(), [])
})

test('offsets are reset: tried out first, refused while members are there', async (cleanup) => {
  const { running, member } = await withGroup(cleanup)
  const { page, go } = await openConsole(cleanup, running)
  await go('groups/billing')
  await page.getByRole('button', { name: 'Reset offsets' }).click()
  await page.getByText(/It has members now/).waitFor()
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await member.leave()
  await page.getByText('No consumer is in the group now').waitFor()

  await page.getByRole('button', { name: 'Reset offsets' }).click()
  await page.getByLabel('Go on at').selectOption('offset')
  await page.getByLabel('Offset', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.getByText('orders-0: 5 → 2').waitFor()
  assert.equal(await committed(running), [5, 5])
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByText('2 offsets of billing changed.').waitFor()
  assert.equal(await committed(running), [2, 2])

  await page.getByRole('button', { name: 'Reset offsets' }).click()
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await until('the first offsets', async () => `${await committed(running)}` === '0,0')
})

test('a group without members is deleted once that is confirmed', async (cleanup) => {
  const { running, member } = await withGroup(cleanup)
  await member.leave()
  const { page, go } = await openConsole(cleanup, running)
  await go('groups/billing')
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('The group billing is deleted.').waitFor()
  assert.is((await running.get('/groups/billing')).status, 404)
})

test('a transaction is shown while it is under way, and once it is over', async (cleanup) => {
  const running = await start(cleanup, { bootTopics: ['orders'], level: 'error' })
  const { page, go } = await openConsole(cleanup, running)
  await go('transactions')
  await page.getByText('No producer is transactional').waitFor()
  const kafka = kafkajs(running.brokers)
  const producer = await producing(cleanup, kafka, {
    transactionalId: 'shop-1',
    idempotent: true,
    maxInFlightRequests: 1,
  })
  const transaction = await producer.transaction()
  await transaction.send({ topic: 'orders', messages: [{ value: 'a' }] })
  await page.getByRole('row', { name: /shop-1 Ongoing .* orders-0/ }).waitFor()
  await transaction.commit()
  await page.getByRole('row', { name: /shop-1 CompleteCommit/ }).waitFor()
})

test.run()
