/** Records: produced, seen as they come, sought, opened and taken away. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { missing, openConsole } from '../../support/chromium.ts'
import { guardPath, plugin, start } from '../../support/running.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console records', 60, missing)

const settings = { bootTopics: ['orders'], partitionCount: 2, level: 'error' } as const

test('a record is produced with key and headers, and is seen at once', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('topics/orders')
  await page.getByText('No record yet').waitFor()
  await page.getByRole('button', { name: 'Produce a record' }).click()
  await page.getByLabel('Key', { exact: true }).fill('customer-1')
  await page.getByLabel('Value', { exact: true }).fill('{"item":"Lamp","price":9007199254740993}')
  await page.getByRole('button', { name: 'Add a header' }).click()
  await page.getByLabel('Name of header 1').fill('trace')
  await page.getByLabel('Value of header 1').fill('abc')
  await page.getByRole('button', { name: 'Produce', exact: true }).click()
  await page.getByText('1 record stored.').waitFor()
  await page.getByRole('link', { name: 'Records', exact: true }).click()
  await page.getByText('customer-1').click()
  const detail = page.getByRole('complementary', { name: 'The record chosen' })
  // Indented, and no digit of the number lost.
  await detail.getByText('9007199254740993').waitFor()
  await detail.getByText('trace').waitFor()
  const { json } = await running.get('/topics/orders/records')
  assert.equal(json.records[0].headers, [{ key: 'trace', value: 'abc' }])
  assert.equal(problems(), [])
})

test('a tombstone and bytes are produced, and bytes are shown in hex', async (cleanup) => {
  const running = await start(cleanup, { ...settings, partitionCount: 1 })
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?tab=produce')
  await page.getByLabel('Key', { exact: true }).fill('gone')
  await page.getByLabel('Kind of value').selectOption('null')
  await page.getByRole('button', { name: 'Produce', exact: true }).click()
  await page.getByText('offset 0').waitFor()
  await page.getByLabel('Kind of value').selectOption('base64')
  await page.getByLabel('Value', { exact: true }).fill('AAH/')
  await page.getByRole('button', { name: 'Produce', exact: true }).click()
  await page.getByText('offset 1').waitFor()
  const { records } = (await running.get('/topics/orders/records')).json
  assert.equal(
    records.map(({ value }: { value: unknown }) => value),
    [null, { base64: 'AAH/' }],
  )
  await page.getByRole('link', { name: 'Records', exact: true }).click()
  await page.getByText('null: a tombstone').waitFor()
  await page.getByText('00 01 ff').click()
  await page.getByText('000000 00 01 ff').waitFor()
})

test('of many lines each is stored or refused by itself, and said to be', async (cleanup) => {
  const running = await start(cleanup, { ...settings, plugins: [plugin(guardPath, { name: 'guard' })] })
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?tab=produce')
  await page.getByRole('button', { name: 'Many' }).click()
  await page.getByLabel('Records', { exact: true }).fill('{"value":"a"}\n{oh')
  await page.getByRole('button', { name: 'Produce all' }).click()
  await page.getByText(/line 2 is not JSON/).waitFor()
  const lines = ['{"partition":0,"value":"a"}', '{"partition":1,"value":""}', '{"partition":0,"value":{"b":1}}']
  await page.getByLabel('Records', { exact: true }).fill(lines.join('\n'))
  await page.getByRole('button', { name: 'Produce all' }).click()
  await page.getByText('2 records stored, 1 refused.').waitFor()
  await page.getByText(/plugin guard refused the record/).waitFor()
  assert.is((await running.get('/topics/orders')).json.record_count, 2)
})

test('a file of records is read into the form', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?tab=produce')
  await page.getByRole('button', { name: 'Many' }).click()
  const buffer = Buffer.from('{"value":"from a file"}\n')
  await page.getByLabel('A file of records').setInputFiles({ name: 'a.ndjson', mimeType: 'text/plain', buffer })
  await page.getByRole('button', { name: 'Produce all' }).click()
  await page.getByText('1 record stored.').waitFor()
})

test('the newest appear as they come; a pause holds them back', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await running.post('/produce', { topic: 'orders', value: 'before' })
  await go('topics/orders')
  await page.getByText('before', { exact: true }).waitFor()
  await running.post('/produce', { topic: 'orders', value: 'first' })
  await page.getByText('first', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await running.post('/produce', { topic: 'orders', value: 'second' })
  await page.getByText('paused, 1 wait').waitFor()
  assert.is(await page.getByText('second', { exact: true }).count(), 0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('second', { exact: true }).waitFor()
  const rows = await page.getByRole('row').allInnerTexts()
  assert.match(rows[1]!, 'second')
})

test('records are found by key, value and header, in all of the topic', async (cleanup) => {
  const running = await start(cleanup, settings)
  const filler = Array.from({ length: 600 }, (_, at) => ({ key: `k${at}`, value: 'filler' }))
  const needle = { key: 'needle-key', value: 'a needle', headers: { tracing: 'needle-42' } }
  await running.post('/produce', { topic: 'orders', records: [needle, ...filler] })
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?from=start')
  await page.getByText('200 records').waitFor()
  const find = async (text: string, place: string, count: string) => {
    await page.getByLabel('Where to search').selectOption(place)
    await page.getByLabel('Search records').fill(text)
    await page.getByText(count, { exact: true }).waitFor()
  }
  await find('needle-42', 'headers', '1 found')
  await find('needle-42', 'value', '0 found')
  await find('A NEEDLE', 'anywhere', '0 found')
  await find('a needle', 'anywhere', '1 found')
  await find('k599', 'key', '1 found')
})

test('one reads on from an offset, and from a time', async (cleanup) => {
  const running = await start(cleanup, { ...settings, partitionCount: 1 })
  const records = Array.from({ length: 500 }, (_, at) => ({
    value: `v${at}`,
    timestamp: 1_700_000_000_000 + at * 1000,
  }))
  await running.post('/produce', { topic: 'orders', records })
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?from=offset&offset=100')
  await page.getByText('v100', { exact: true }).waitFor()
  await page.getByText('200 records').waitFor()
  await page.getByRole('button', { name: 'Read on' }).click()
  await page.getByText('400 records').waitFor()
  await page.getByRole('button', { name: 'Time', exact: true }).click()
  await page.getByLabel('Time', { exact: true }).fill('2023-11-14T22:20:00.000')
  await page.getByText('v400', { exact: true }).waitFor()
  await page.getByText('100 records').waitFor()
  assert.is(await page.getByRole('button', { name: 'Read on' }).isDisabled(), true)
})

test('what is shown is downloaded, one record a line', async (cleanup) => {
  const running = await start(cleanup, settings)
  await running.post('/produce', {
    topic: 'orders',
    records: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
  })
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?from=start')
  await page.getByText('2 records').waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  assert.is(download.suggestedFilename(), 'orders.ndjson')
  const lines = readFileSync((await download.path())!, 'utf8')
    .trim()
    .split('\n')
  assert.equal(lines.map((line) => JSON.parse(line).key).sort(), ['a', 'b'])
})

test('arrows go through the list, Escape closes what is open, and a record is produced again', async (cleanup) => {
  const running = await start(cleanup, { ...settings, partitionCount: 1 })
  await running.post('/produce', {
    topic: 'orders',
    records: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
  })
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders?from=start')
  await page.getByText('2 records').waitFor()
  await page.locator('.scroll').focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('heading', { name: 'Offset 0' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('heading', { name: 'Offset 1' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary', { name: 'The record chosen' }).waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowDown')
  await page.getByRole('button', { name: 'Produce one like it' }).click()
  await page.getByRole('button', { name: 'Produce', exact: true }).click()
  await page.getByText('1 record stored.').waitFor()
  const { records } = (await running.get('/topics/orders/records')).json
  assert.equal([records[2].key, records[2].value], ['a', '1'])
})

test.run()
