/** What plugins of 0.2 may do beyond judging, through a whole broker: each says in JavaScript what it does. */
import { createServer } from 'node:http'
import * as assert from 'uvu/assert'
import { chaos, chaosLetters } from '../support/components.ts'
import { asked, dataPath, doers, doing, doingPlugin } from '../support/doing.ts'
import { plugin, start, until } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const test = suite('capabilities of plugins', 20)

const note = 'state.seen.push(value)'
const seen = 'return state.seen'

test('a plugin subscribes in init, and counts what is stored from then on, each record once', async (cleanup) => {
  const orders = {
    init: 'subscribe("orders*")',
    onRecord: 'state.seen.push(batch.topic + "@" + record.offset + " " + value)',
  }
  const { produce, run, stored } = await doing(cleanup, { orders }, { bootTopics: ['orders'] })
  await produce('orders', 'a', 'b')
  await produce('orders-eu', 'c')
  await produce('bills', 'd')
  await produce('orders', 'e')
  const expected = ['orders-eu@0 c', 'orders@0 a', 'orders@1 b', 'orders@2 e']
  await until('it has seen them', async () => ((await run('orders', seen)) as unknown[]).length >= expected.length)
  assert.equal(((await run('orders', seen)) as string[]).sort(), expected)
  assert.equal(await stored('orders'), ['a', 'b', 'e'])
})

test('what it subscribed to waits while it is reloaded, and is not shown twice', async (cleanup) => {
  const onRecord = 'increment(open(""), value, 1)'
  const { produce, run, post } = await doing(cleanup, { p: { init: 'subscribe("t")', onRecord } })
  const values = Array.from({ length: 40 }, (_, at) => `v${at}`)
  const produced = produce('t', ...values)
  for (let reloads = 0; reloads < 3; reloads++) assert.is((await post('/plugins/p/reload', {})).status, 200)
  await produced
  const counts = `return ${JSON.stringify(values)}.map((value) => text(open('').get(value)))`
  await until('it has seen them', async () => !((await run('p', counts)) as unknown[]).includes(null))
  assert.equal(
    await run('p', counts),
    values.map(() => '1'),
  )
})

test('a record that a plugin produces passes the other plugins, and never its own hook again', async (cleanup) => {
  const { get, produce, run, stored } = await doing(cleanup, {
    shadow: { topics: ['t'], mode: 'shadow', onRecord: 'send("ghosts", value)' },
    maker: { topics: ['*'], onRecord: `${note}; if (batch.topic === "t") send("copies", "of " + value)` },
    other: { topics: ['copies'], onRecord: `${note}; if (value === "of b") return { tag: "reject", val: "no" }` },
  })
  await produce('t', 'a', 'b', 'c')
  await until('the copies are stored', async () => (await stored('copies')).length === 2)
  assert.equal(await stored('copies'), ['of a', 'of c'])
  assert.equal(await run('other', seen), ['of a', 'of b', 'of c'])
  assert.equal(await run('maker', seen), ['a', 'b', 'c'])
  assert.equal([(await get('/plugins/shadow')).json.shadow_produced, await stored('ghosts')], [3, []])
})

test('two plugins that answer what they are handed come to rest, however it reaches them', async (cleanup) => {
  const { produce, run, stored } = await doing(cleanup, {
    echo: { init: 'subscribe("t")', onRecord: `${note}; send("t", value + "!")` },
    ping: { init: 'subscribe("left")', onRecord: `${note}; send("right", value + " ping")` },
    pong: { init: 'subscribe("right")', onRecord: `${note}; send("left", value + " pong")` },
  })
  await produce('t', 'a', 'b')
  await produce('left', 'ball')
  await until('they answered', async () => (await stored('t')).length === 4 && (await stored('left')).length === 2)
  // What comes after them was handed over after them.
  await produce('t', 'end')
  await produce('left', 'end')
  await until('they have seen the end', async () =>
    [await run('echo', seen), await run('ping', seen), await run('pong', seen)].every((all) =>
      `${(all as string[]).at(-1)}`.startsWith('end'),
    ),
  )
  assert.equal(await run('echo', seen), ['a', 'b', 'end'])
  assert.equal(await run('ping', seen), ['ball', 'end'])
  assert.equal(await run('pong', seen), ['ball ping', 'end ping'])
  await until('the last is answered', async () => (await stored('left')).length === 4)
  assert.equal(await stored('left'), ['ball', 'ball ping pong', 'end', 'end ping pong'])
  await until('all is answered', async () => (await stored('t')).length === 6)
  assert.equal([...(await stored('t'))].sort(), ['a', 'a!', 'b', 'b!', 'end', 'end!'])
})

test('topics that settings do not allow are refused, to write to and to read', async (cleanup) => {
  const grants = {
    produce: { topics: ['audit-*'], queuedRecordsMax: 10, recordBytesMax: 5 },
    subscribe: { topics: ['orders'] },
  }
  const { run, stored } = await doing(cleanup, { p: { grants } })
  const table: readonly (readonly [call: string, answer: unknown])[] = [
    ['send("audit-1", "ok")', {}],
    ['send("orders", "ok")', { tag: 'not-allowed', val: /^name orders in `capabilities: produce: topics`/ }],
    ['send("audit-1", "longer")', { tag: 'too-large' }],
    ['send("no topic", "")', { tag: 'invalid', val: /^"no topic" is no topic$/ }],
    ['subscribe("orders")', {}],
    ['subscribe("bills")', /^it may not read bills: name it in `capabilities: subscribe: topics`/],
    ['subscribe("*")', /^it may not read \*/],
    ['subscribe("a b")', /^"a b" is no name of topics/],
  ]
  for (const [call, expected] of table) {
    const { error = {} } = (await run('p', `return attempt(() => ${call})`)) as { error?: unknown }
    assertLike(error, expected, call)
  }
  await until('the allowed one is stored', async () => (await stored('audit-1')).length === 1)
})

/** As `assert.equal`, but that a text may be told by a pattern. */
function assertLike(actual: unknown, expected: unknown, about: string): void {
  if (expected instanceof RegExp) return assert.match(String(actual), expected, about)
  assert.equal(Object.keys(actual as object), Object.keys(expected as object), about)
  for (const [name, part] of Object.entries(expected as object)) {
    const found = (actual as Record<string, unknown>)[name]
    if (part instanceof RegExp) assert.match(String(found), part, about)
    else assert.is(found, part, about)
  }
}

test('it hears when more of its records wait than settings allow, and goes on when there is room', async (cleanup) => {
  const grants = { produce: { topics: ['*'], queuedRecordsMax: 3, recordBytesMax: 100 } }
  const plugins = [
    await doingPlugin('p', { grants }),
    // The first keeps it busy until its time is over; the others wait behind it.
    plugin(await chaos(), { name: 'slow', topics: ['out'], timeoutMs: 400, onError: 'accept' }),
  ]
  const options = { plugins, partitionCount: 1, pluginDataPath: dataPath(cleanup) }
  const { run, stored } = doers(await start(cleanup, options))
  const send = (values: readonly string[]) =>
    run('p', `return ${JSON.stringify(values)}.map((one) => attempt(() => send("out", one)).error?.tag ?? "taken")`)
  assert.equal(await send([chaosLetters.loop, 'a', 'b', 'c', 'd']), [
    ...['taken', 'taken', 'taken'],
    ...['queue-full', 'queue-full'],
  ])
  await until('they are stored', async () => (await stored('out')).length === 3)
  assert.equal(await send(['e']), ['taken'])
  await until('it is stored', async () => (await stored('out')).length === 4)
  assert.equal(await stored('out'), ['L', 'a', 'b', 'e'])
})

test('what it keeps, and a config put over HTTP, survive a restart of the broker', async (cleanup) => {
  const pluginDataPath = dataPath(cleanup)
  const p = { init: 'state.starts = increment(open(""), "starts", 1); state.config = getAll()', onRecord: note }
  const first = await doing(cleanup, { p }, { pluginDataPath })
  assert.is(await first.run('p', 'return state.starts'), 1)
  assert.equal(await first.run('p', 'return get("onRecord")'), note)
  const put = { ...p, greeting: 'hello' }
  const reply = await first.ask('/plugins/p/config', { method: 'PUT', body: JSON.stringify(put) })
  assert.equal([reply.status, reply.json.config.greeting], [200, 'hello'])
  assert.equal(await first.run('p', 'return [state.starts, get("greeting")]'), [2, 'hello'])
  await first.broker.close()

  const second = await doing(cleanup, { p }, { pluginDataPath })
  assert.equal(await second.run('p', 'return [state.starts, get("greeting")]'), [3, 'hello'])
  assert.ok(second.lines().some((line) => line.includes("has the config that was put in place of its settings'")))
  assert.is((await second.ask('/plugins/p/config', { method: 'DELETE' })).status, 200)
  await second.broker.close()

  const third = await doing(cleanup, { p }, { pluginDataPath })
  assert.equal(await third.run('p', 'return [state.starts, get("greeting") ?? null]'), [5, null])
})

test('it answers requests on the HTTP port, and all of them on a port of its own', async (cleanup) => {
  const port = await freePort()
  const { ask } = await doing(cleanup, { p: { port } })
  const through = await ask('/plugins/p/http/a/b?c=d', { method: 'DELETE' })
  const own = await asked(`http://127.0.0.1:${port}/a/b?c=d`, { method: 'DELETE' })
  for (const { status, json } of [through, own]) {
    assert.equal([status, json.method, json.path, json.query], [200, 'DELETE', '/a/b', 'c=d'])
  }
  assert.ok(through.headers.get('content-security-policy')!.startsWith('sandbox'))
  assert.is(own.headers.get('content-security-policy'), null)
})

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

test('its timer ticks, produces, and begins anew after a reload', async (cleanup) => {
  const { stored, post } = await doing(cleanup, {
    p: { onTimer: 'send("ticks", String(++state.ticks)); return state.ticks < 3 ? 10 : undefined' },
  })
  await until('it ticked', async () => (await stored('ticks')).length === 3)
  assert.is((await post('/plugins/p/reload', {})).status, 200)
  await until('it ticked again', async () => (await stored('ticks')).length === 6)
  assert.equal(await stored('ticks'), ['1', '2', '3', '1', '2', '3'])
})

test('what a plugin asks for before there is a broker waits for it', async (cleanup) => {
  const { stored } = await doing(cleanup, { p: { init: 'send("early", "bird"); log("info", "", "said so")' } })
  await until('it is stored', async () => (await stored('early')).length === 1)
  assert.equal(await stored('early'), ['bird'])
})

test.run()
