import * as assert from 'uvu/assert'
import { checkWorld } from '../../src/plugins/world.ts'
import { suite } from '../support/suite.ts'

const test = suite('the world of plugins')
const plugin = 'blink:plugin/plugin@0.1.0'

test('a plugin exports the interface, and may export more', () => {
  assert.is(checkWorld({ imports: [], exports: ['init', plugin] }), plugin)
  assert.is(checkWorld({ imports: [], exports: ['blink:plugin/plugin@0.1.9'] }), 'blink:plugin/plugin@0.1.9')
})

const welcome = [
  'blink:plugin/host@0.1.0',
  'wasi:cli/environment@0.2.0',
  'wasi:cli/terminal-stdout@0.2.12',
  'wasi:filesystem/preopens@0.2.3',
  'wasi:io/streams@0.2.3',
  'wasi:random/insecure-seed@0.2.3',
]
const refused = [
  'wasi:cli/run@0.2.0',
  'wasi:cli/environment@0.3.0',
  'wasi:http/outgoing-handler@0.2.3',
  'wasi:sockets/tcp@0.2.3',
  'evil:wasi:io/streams@0.2.3',
  'blink:plugin/secrets@0.1.0',
  'env',
]

for (const name of welcome) {
  test(`may import ${name}`, () => assert.is(checkWorld({ imports: [name], exports: [plugin] }), plugin))
}

for (const name of refused) {
  test(`may not import ${name}`, () => {
    assert.throws(() => checkWorld({ imports: [name], exports: [plugin] }), `imports ${name}, which plugins`)
  })
}

test('another version of either side is named', () => {
  const why = /was built for blink:plugin@0.2.0; this broker serves 0.1.x/
  assert.throws(() => checkWorld({ imports: [], exports: ['blink:plugin/plugin@0.2.0'] }), why)
  assert.throws(() => checkWorld({ imports: ['blink:plugin/host@0.2.0'], exports: [plugin] }), why)
})

test('a component of another world says what it exports', () => {
  assert.throws(
    () => checkWorld({ imports: [], exports: ['wasi:cli/run@0.2.0'] }),
    'exports wasi:cli/run@0.2.0, but not',
  )
  assert.throws(() => checkWorld({ imports: [], exports: [] }), 'exports nothing, but not')
})

test.run()
