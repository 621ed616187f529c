/** The thread that checks configs: which drafts of JSON Schema it knows. */
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { entryUrl } from '../../../src/plugins/entries/entry.ts'
import { suite } from '../../support/suite.ts'

const test = suite('thread that checks configs', 10)

async function answer(schema: object, config: unknown, code = entryUrl('config-check-worker')): Promise<string | null> {
  const workerData = { schema: JSON.stringify(schema), config }
  const [told] = await once(new Worker(code, { workerData }), 'message')
  return told
}

/** What a draft calls the items of a tuple; the others know no such word, or another. */
const drafts: readonly [name: string, $schema: string | undefined, tuple: string][] = [
  ['2020-12', 'https://json-schema.org/draft/2020-12/schema', 'prefixItems'],
  ['2019-09', 'https://json-schema.org/draft/2019-09/schema', 'items'],
  ['draft-07', 'http://json-schema.org/draft-07/schema#', 'items'],
  ['none: the latest', undefined, 'prefixItems'],
]

for (const [name, $schema, tuple] of drafts) {
  test(`draft ${name}`, async () => {
    const schema = { ...($schema === undefined ? {} : { $schema }), [tuple]: [{ type: 'string' }] }
    assert.is(await answer(schema, ['a']), null)
    assert.match(`${await answer(schema, [1])}`, '/0 must be string')
  })
}

test('as it is published, bundled with ajv', async () => {
  const bundle = pathToFileURL('dist/config-check-worker.js')
  for (const [, $schema] of drafts) {
    const schema = { ...($schema === undefined ? {} : { $schema }), type: 'string' }
    assert.is(await answer(schema, 'a', bundle), null)
    assert.match(`${await answer(schema, 1, bundle)}`, 'it must be string')
  }
})

test.run()
