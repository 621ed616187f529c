/** What is around the pages: the overview, colours, the token, keys, and a broker that goes away. */
import { connect } from 'node:net'
import * as assert from 'uvu/assert'
import { missing, openConsole } from '../../support/chromium.ts'
import { apiVersions } from '../../../src/protocol/messages/api-versions.ts'
import { encodeRequest } from '../../support/broker.ts'
import { kafkajs, producing } from '../../support/kafkajs.ts'
import { guardPath, plugin, start, until } from '../../support/running.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('console shell', 60, missing)

const settings = { bootTopics: ['orders'], level: 'error' } as const

/** kafkajs does not say what it is; this is what a client that does sends first. */
async function sayWho(cleanup: Cleanup, port: number): Promise<void> {
  const software = { clientSoftwareName: 'librdkafka', clientSoftwareVersion: '2.3.0' }
  const request = encodeRequest(apiVersions, 3, software, 'till')
  const length = Buffer.alloc(4)
  length.writeInt32BE(request.length)
  const socket = connect(port, '127.0.0.1')
  cleanup.after(() => socket.destroy())
  socket.write(Buffer.concat([length, request]))
}

test('the overview says where to connect, in each language, to be copied', async (cleanup) => {
  const running = await start(cleanup, { ...settings, brokerPorts: [0, 0] })
  const { page, go, problems } = await openConsole(cleanup, running)
  await go('')
  const copied = () => page.evaluate('navigator.clipboard.readText()')
  await page.getByRole('button', { name: 'Copy the bootstrap servers' }).click()
  await until('the clipboard', async () => (await copied()) === running.brokers.join(','))
  for (const language of ['JavaScript', 'Java', 'Python', 'Go', 'Rust', '.NET', 'C']) {
    await page.getByRole('button', { name: language, exact: true }).click()
    await page.getByRole('button', { name: `Copy the ${language} example` }).click()
    await until(`the example in ${language}`, async () => `${await copied()}`.includes(running.brokers[0]!))
  }
  assert.equal(problems(), [])
})

test('the overview shows who is connected, with name and version, and what flows', async (cleanup) => {
  const running = await start(cleanup, settings)
  const producer = await producing(cleanup, kafkajs(running.brokers, { clientId: 'shop' }))
  const { page, go } = await openConsole(cleanup, running)
  await go('')
  await page.getByRole('cell', { name: 'shop' }).first().waitFor()
  await page
    .getByRole('row', { name: /shop does not say/ })
    .first()
    .waitFor()
  await sayWho(cleanup, running.broker.kafkaPorts[0]!)
  await page.getByRole('row', { name: /till librdkafka 2\.3\.0/ }).waitFor()
  for (let time = 0; time < 10; time++) await producer.send({ topic: 'orders', messages: [{ value: 'a' }] })
  await page.getByRole('img', { name: /^Records in: .* at most (?!0\/s)/ }).waitFor()
})

test('requests are listed as they come, found, opened, and filtered by error', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('requests')
  const producer = await producing(cleanup, kafkajs(running.brokers, { clientId: 'shop' }))
  await producer.send({ topic: 'orders', messages: [{ value: 'a' }] })
  await page.getByLabel('Search API, client, error').fill('produce shop')
  await page
    .getByRole('row', { name: /Produce.*shop/ })
    .first()
    .click()
  const detail = page.getByRole('complementary', { name: 'The request chosen' })
  await detail.getByText('"orders"').waitFor()
  await page.getByLabel('With errors only').check()
  await page.getByText('No request').waitFor()
})

test('colours follow the system, or the switch, which is remembered', async (cleanup) => {
  const { page, go } = await openConsole(cleanup, await start(cleanup, settings))
  const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
  await go('topics')
  const light = await background()
  await page.getByLabel('Colours').selectOption('dark')
  await until('the dark colours', async () => (await background()) !== light)
  const dark = await background()
  await page.reload()
  await page.locator('h1').waitFor()
  assert.is(await background(), dark)
  await page.getByLabel('Colours').selectOption('system')
  await until("the system's light colours", async () => (await background()) === light)
  await page.emulateMedia({ colorScheme: 'dark' })
  await until("the system's dark colours", async () => (await background()) === dark)
})

test('the token is asked for once, kept in the tab, and asked for again when it is wrong', async (cleanup) => {
  const running = await start(cleanup, {
    ...settings,
    adminToken: 'secret-token',
    plugins: [plugin(guardPath, { name: 'guard' })],
  })
  const { page, go } = await openConsole(cleanup, running)
  await go('plugins')
  await page.getByRole('switch', { name: 'guard is enabled' }).click()
  await page.getByLabel('Token', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('That token was not accepted.').waitFor()
  await page.getByLabel('Token', { exact: true }).fill('secret-token')
  await page.getByRole('button', { name: 'Continue' }).click()
  await until('it to be disabled', async () => !(await running.get('/plugins/guard')).json.enabled)
  await page.getByRole('switch', { name: 'guard is enabled' }).click()
  await until('it to be enabled', async () => (await running.get('/plugins/guard')).json.enabled)
  assert.is(await page.getByRole('dialog').count(), 0)
  assert.is(await page.evaluate("sessionStorage.getItem('blink.token')"), 'secret-token')
  assert.is(await page.evaluate('JSON.stringify(localStorage)'), '{}')
})

test('who does not know the token is told what was refused', async (cleanup) => {
  const running = await start(cleanup, { ...settings, adminToken: 'secret-token' })
  const { page, go } = await openConsole(cleanup, running)
  await go('topics/orders')
  await page.getByRole('button', { name: 'Empty…' }).click()
  await page.getByRole('button', { name: 'Empty', exact: true }).click()
  await page.getByRole('dialog', { name: 'This needs the admin token' }).getByRole('button', { name: 'Cancel' }).click()
  await page
    .getByRole('alert')
    .getByText(/needs a token/)
    .waitFor()
})

test('keys lead past the navigation, through it, and into a page', async (cleanup) => {
  const { page, go } = await openConsole(cleanup, await start(cleanup, settings))
  await go('topics')
  await page.getByText('orders').waitFor()
  const focused = () => page.evaluate('document.activeElement.textContent || document.activeElement.ariaLabel')
  await page.keyboard.press('Tab')
  assert.is(await focused(), 'Skip to the content')
  await page.keyboard.press('Enter')
  await until('the page to have the focus', async () => (await page.evaluate('document.activeElement.id')) === 'main')
  await page.keyboard.press('Tab')
  assert.is(await focused(), 'Create a topic')
  await page.getByRole('link', { name: 'Plugins' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Plugins' }).waitFor()
  await until('the page to have the focus', async () => (await page.evaluate('document.activeElement.id')) === 'main')
})

test('on a telephone the navigation is behind a button', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running, { theme: 'light', width: 400, height: 800 })
  await go('topics')
  assert.is(await page.getByRole('link', { name: 'Plugins' }).isVisible(), false)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('link', { name: 'Plugins' }).click()
  await page.getByRole('heading', { name: 'Plugins' }).waitFor()
  await page.getByRole('link', { name: 'Plugins' }).waitFor({ state: 'hidden' })
})

test('when the broker goes away, the page says so and keeps what it shows', async (cleanup) => {
  const running = await start(cleanup, settings)
  const { page, go } = await openConsole(cleanup, running)
  await go('topics')
  await page.getByText('orders').waitFor()
  await running.broker.close()
  await page.getByText(/Blink does not answer/).waitFor()
  await page.getByText('orders').waitFor()
})

test.run()
