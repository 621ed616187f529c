/** Topics: found, made, grown, configured, emptied, deleted; each held against what the API says afterwards. */
import * as assert from 'uvu/assert'
import { missing, openConsole } from '../../support/chromium.ts'
import { start, until } from '../../support/running.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console topics', 60, missing)

const settings = { bootTopics: ['orders', 'payments'], level: 'error' } as const

test('an empty broker says what to do next, and a topic is created with its configs', async (cleanup) => {
  const running = await start(cleanup, { level: 'error' })
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('topics')
  await page.getByText('There is no topic yet').waitFor()
  await page.getByRole('button', { name: 'Create a topic' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('made.here')
  await dialog.getByLabel('Partitions').fill('4')
  await dialog.getByLabel('Configs').fill('retention.ms=60000\ncleanup.policy=compact')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'made.here' }).waitFor()
  const { json } = await running.get('/topics/made.here')
  assert.equal([json.partition_count, json.cleanup_policy], [4, 'compact'])
  assert.equal(problems(), [])
})

test('what cannot be created is said in the dialog, which stays', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('topics')
  await page.getByRole('button', { name: 'Create a topic' }).click()
  await page.getByLabel('Name').fill('orders')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('dialog').getByRole('alert').getByText('orders').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('a search narrows the list, is kept in the address, and says when nothing is left', async (cleanup) => {
  const { page, go } = await openConsole(cleanup, await start(cleanup, settings))
  await go('topics')
  await page.getByLabel('Search topics').fill('PAY')
  await page.getByText('1 topic', { exact: true }).waitFor()
  assert.is(await page.getByRole('link', { name: 'orders' }).count(), 0)
  assert.match(page.url(), /#\/topics\?q=PAY$/)
  await page.getByLabel('Search topics').fill('nothing')
  await page.getByText('No topic has these words in its name').waitFor()
})

test('a topic is given more partitions', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?tab=partitions')
  await page.getByRole('button', { name: 'Add partitions' }).click()
  await page.getByLabel('Partitions in all').fill('5')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('orders has 5 partitions.').waitFor()
  assert.is((await running.get('/topics/orders')).json.partition_count, 5)
})

test('a config is changed, and taken back to its default', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  const changed = async () => {
    const { json } = await running.get('/topics/orders/configs')
    const config = json.configs.find(({ name }: { name: string }) => name === 'retention.ms')
    return [config.value, config.is_default]
  }
  const [byDefault] = await changed()
  await go('topics/orders?tab=configs')
  await page.getByLabel('Search configs').fill('retention.ms')
  await page.getByRole('button', { name: 'Change retention.ms', exact: true }).click()
  await page.getByLabel('Value').fill('12345')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('retention.ms is 12345.').waitFor()
  assert.equal(await changed(), ['12345', false])
  await page.getByLabel('Changed only').check()
  await page.getByRole('button', { name: 'Change retention.ms', exact: true }).click()
  await page.getByLabel('Back to the default').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('retention.ms has its default again.').waitFor()
  assert.equal(await changed(), [byDefault, true])
})

test('a config of a broker is changed, and what is wrong is said', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('brokers')
  await page.getByLabel('Search configs').fill('log.retention.ms')
  await page.getByRole('button', { name: 'Change log.retention.ms' }).click()
  await page.getByLabel('Value').fill('soon')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await page.getByLabel('Value').fill('54321')
  await page.getByRole('button', { name: 'Save' }).click()
  await until('the config to change', async () => {
    const { json } = await running.get('/brokers/1/configs')
    return json.configs.some(
      (one: { name: string; value: string }) => one.name === 'log.retention.ms' && one.value === '54321',
    )
  })
})

test('a topic is emptied once that is confirmed, and not when it is cancelled', async (cleanup) => {
  const running = await start(cleanup, settings)
  await running.post('/produce', { topic: 'orders', records: [{ value: 'a' }, { value: 'b' }] })
  const { page, go } = await openConsole(cleanup, running)
  const held = async () => (await running.get('/topics/orders')).json.record_count
  await go('topics/orders')
  await page.getByRole('button', { name: 'Empty…' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  assert.is(await held(), 2)
  await page.getByRole('button', { name: 'Empty…' }).click()
  await page.getByRole('button', { name: 'Empty', exact: true }).click()
  await page.getByText('orders is empty.').waitFor()
  assert.is(await held(), 0)
})

test('a topic is deleted once its name is typed', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders')
  await page.getByRole('button', { name: 'Delete…' }).click()
  const sure = page.getByRole('button', { name: 'Delete', exact: true })
  assert.is(await sure.isDisabled(), true)
  await page.getByLabel('Type orders to confirm').fill('orders')
  await sure.click()
  await page.getByText('orders is deleted.').waitFor()
  assert.match(page.url(), /#\/topics$/)
  assert.is((await running.get('/topics/orders')).status, 404)
})

test('ten thousand topics are listed, scrolled, sorted and searched without a freeze', async (cleanup) => {
  const running = await start(cleanup, { level: 'error' })
  const { topics } = running.broker.cluster
  for (let at = 0; at < 10_000; at++) topics.create({ name: `topic-${at}`, partitionCount: 1 })
  const { page, go } = await openConsole(cleanup, running)
  await page.addInitScript(`
    window.longest = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration)
    }).observe({ entryTypes: ['longtask'] })`)
  await go('topics')
  await page.getByText('10,000 topics').waitFor()
  const drawn = await page.getByRole('row').count()
  assert.ok(drawn < 60, `${drawn} rows are drawn`)
  await page.evaluate("document.querySelector('.scroll').scrollTop = 200000")
  await page.getByRole('link', { name: 'topic-5', exact: false }).first().waitFor()
  await page.getByRole('button', { name: 'Name' }).click()
  await page.getByRole('button', { name: 'Name' }).click()
  await page.evaluate("document.querySelector('.scroll').scrollTop = 0")
  await page.getByRole('link', { name: 'topic-9999' }).waitFor()
  await page.getByLabel('Search topics').fill('4711')
  await page.getByText('1 topic', { exact: true }).waitFor()
  const longest = Number(await page.evaluate('window.longest'))
  console.log(`ten thousand topics: ${drawn} rows drawn, longest task ${Math.round(longest)} ms`)
  assert.ok(longest < 500, `a task took ${longest} ms`)
})

for (const [address, what] of [
  ['topics/none', 'topic "none" does not exist'],
  ['groups/none', 'group "none" does not exist'],
] as const) {
  test(`at ${address}, where there is nothing, nothing is offered to be done with it`, async (cleanup) => {
    const { page, go } = await openConsole(cleanup, await start(cleanup, { level: 'error' }))
    await go(address)
    await page.getByRole('alert').getByText(what).waitFor()
    assert.is(await page.getByRole('button', { name: 'Delete…' }).count(), 0)
  })
}

test.run()
