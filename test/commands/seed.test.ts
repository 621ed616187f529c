import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { terminal } from '../support/commands.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/workshop-shell.ts'

const test = suite('blink seed', 15)

async function opened(cleanup: Cleanup, files: Readonly<Record<string, string>>) {
  const { brokers } = await start(cleanup, { restPort: null })
  const folder = temporaryFolder(cleanup)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const { ask, out } = terminal(cleanup, { brokers })
  const seed = (...words: string[]) => ask(['seed', ...words], { shell: { folder } })
  const read = (topic: string) => out('consume', topic, '-e', '-f', '%k=%s %h\\n')
  return { seed, read, ask }
}

test('each file goes to the topic of its name, unless its records say another', async (cleanup) => {
  const { seed, read } = await opened(cleanup, {
    'orders.csv': 'key,value,header.by\n1,"a ""b"", c",me\n2,d,\n',
    'people.ndjson': '{"key":"k","value":{"name":"Ann"}}\n\n{"topic":"others","value":"x"}\n',
    'all.json': '[{"topic":"one","value":"1"},{"topic":"two","value":"3"},{"plain":true}]',
  })
  const { code, told } = await seed('orders.csv', 'people.ndjson', 'all.json')
  assert.is(code, 0, told.join('\n'))
  assert.is(await read('orders'), '1=a "b", c by=me\n2=d by=\n')
  assert.is(await read('people'), 'k={"name":"Ann"} \n')
  assert.is(await read('others'), '=x \n')
  assert.is(await read('one'), '=1 \n')
  assert.is(await read('two'), '=3 \n')
  assert.is(await read('all'), '={"plain":true} \n')
})

test('from standard input, with a topic and a format', async (cleanup) => {
  const { ask, read } = await opened(cleanup, {})
  const said = await ask(['seed', '-', '-t', 'u', '-f', 'csv'], { input: 'value\nx\ny\n' })
  assert.is(said.code, 0)
  assert.is(await read('u'), '=x \n=y \n')
})

test('what is wrong is told with its place', async (cleanup) => {
  const { seed, ask } = await opened(cleanup, {
    'a.csv': 'key,value\n1\n',
    'b.ndjson': '{"value":1,"kye":2}\n',
    'c.txt': '',
  })
  assert.match((await seed('a.csv')).told[0]!, /^blink: a\.csv is not CSV: .*line 2/)
  assert.match((await seed('b.ndjson')).told[0]!, /^blink: b\.ndjson:1: .*kye/)
  assert.match((await seed('c.txt')).told[0]!, /does not say what it holds; say --format json, ndjson, csv/)
  assert.match((await seed('none.json')).told[0]!, /none\.json: there is no such file/)
  const noTopic = await ask(['seed', '-', '-f', 'ndjson'], { input: '{"value":"x"}' })
  assert.match(noTopic.told[0]!, /^blink: standard input:1 names no topic/)
})

test.run()
