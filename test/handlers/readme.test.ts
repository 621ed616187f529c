import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { handlers } from '../../src/handlers/index.ts'
import { fileOf, handlersReadme, headerOf, readmePath, sourceOf } from '../support/handlers-readme.ts'
import { suite } from '../support/suite.ts'

const test = suite('src/handlers/README.md')

test('is what the list of handlers and their comments make it: `npm run docs` writes it anew', () => {
  assert.is(readFileSync(readmePath, 'utf8'), handlersReadme())
})

test('every API is served from a file of its name, says what it is for, and has a test', () => {
  for (const { api } of handlers) {
    assert.ok(headerOf(sourceOf(api)).summary.length > 20, api.name)
    assert.ok(existsSync(`test/handlers/${fileOf(api).replace('.ts', '.test.ts')}`), api.name)
  }
})

test('every handler is in the list, which ascends by key', () => {
  const files = readdirSync('src/handlers').filter((file) => file.endsWith('.ts'))
  const served = files.filter((file) => /^export default handler\(/m.test(readFileSync(`src/handlers/${file}`, 'utf8')))
  assert.equal(served, handlers.map(({ api }) => fileOf(api)).sort())
  const keys = handlers.map(({ api }) => api.key)
  assert.equal(
    keys,
    [...keys].sort((a, b) => a - b),
  )
})

test('a comment is taken apart into summary, notes, and what is not done', () => {
  const source = `/** Another comment. */
const x = 1
/**
 * Does this
 * and that.
 *
 * - One note
 *   in two lines.
 * - Another.
 *
 * Not done: a thing;
 * another.
 */
export default handler(api, () => {})`
  assert.equal(headerOf(source), {
    summary: 'Does this and that.',
    notes: ['- One note in two lines.', '- Another.'],
    notDone: 'a thing; another.',
  })
  assert.equal(headerOf('/** Short. */\nexport default handler('), { summary: 'Short.', notes: [], notDone: '' })
})

test.run()
