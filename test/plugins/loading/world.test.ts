import * as assert from 'uvu/assert'
import { nothingGranted } from '../../../src/plugins/capabilities/capabilities.ts'
import { checkWorld } from '../../../src/plugins/loading/world.ts'
import { suite } from '../../support/suite.ts'

const test = suite('the world of plugins')
const plugin = 'blink:plugin/plugin@0.1.0'
const second = (...names: string[]) => names.map((name) => `blink:plugin/${name}@0.2.0`)

function edition(exports: readonly string[], imports: readonly string[] = []): string {
  return checkWorld({ imports, exports }, nothingGranted)
}

function refusal(exports: readonly string[], imports: readonly string[] = []): string {
  try {
    return edition(exports, imports)
  } catch (error) {
    return (error as Error).message
  }
}

test('a plugin of the first edition exports the interface, and may export more', () => {
  assert.is(edition(['init', plugin]), '0.1')
  assert.is(edition(['blink:plugin/plugin@0.1.9']), '0.1')
})

for (const hook of ['records', 'fetches', 'timer', 'http']) {
  test(`a plugin of the second edition exports lifecycle and ${hook}, and may export more`, () => {
    assert.is(edition(second('lifecycle', hook)), '0.2')
    assert.is(
      edition([...second('description', 'ending', 'configuration', hook), 'blink:plugin/lifecycle@0.2.7']),
      '0.2',
    )
  })
}

test('a component of both editions is called by the second', () => {
  assert.is(edition([plugin, ...second('lifecycle', 'records')]), '0.2')
  assert.is(edition([plugin, ...second('records')]), '0.1')
})

test('half a plugin of the second edition is told what it lacks', () => {
  assert.is(
    refusal(second('records')),
    'exports blink:plugin/records@0.2.0, but not blink:plugin/lifecycle@0.2.0: export it, ' +
      'as wit/v2/blink-plugin.wit has it',
  )
  assert.is(
    refusal(second('lifecycle', 'ending')),
    'exports blink:plugin/lifecycle@0.2.0, blink:plugin/ending@0.2.0, but no hook: export at least one of records, ' +
      'fetches, timer and http, as wit/v2/blink-plugin.wit has it',
  )
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
  'wasi:nn/graph@0.2.3',
  'evil:wasi:io/streams@0.2.3',
  'blink:plugin/secrets@0.1.0',
  'blink:plugin/host@0.2.0',
  'env',
]

for (const name of welcome) {
  test(`may import ${name}`, () => {
    assert.is(edition([plugin], [name]), '0.1')
    assert.is(edition(second('lifecycle', 'timer'), [name]), '0.2')
  })
}

for (const name of refused) {
  test(`may not import ${name}`, () => assert.match(refusal([plugin], [name]), `imports ${name}, which `))
}

test('another version of either side is named', () => {
  const why = /^was built for blink:plugin@0.3.0; this broker serves 0.1.x and 0.2.x/
  assert.match(refusal(['blink:plugin/plugin@0.3.0']), why)
  assert.match(refusal(['blink:plugin/lifecycle@0.3.0', 'blink:plugin/records@0.3.0']), why)
  assert.match(refusal([plugin], ['blink:plugin/host@0.3.0']), why)
  assert.match(refusal(second('lifecycle', 'records'), ['blink:plugin/sql@0.3.0']), why)
})

test('a component of another world says what it exports', () => {
  assert.match(refusal(['wasi:cli/run@0.2.0']), 'exports wasi:cli/run@0.2.0, but neither')
  assert.match(refusal([]), 'exports nothing, but neither')
})

test.run()
