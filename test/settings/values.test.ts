/** Kinds of values. */
import * as assert from 'uvu/assert'
import {
  boolean,
  duration,
  integer,
  type Kind,
  list,
  listed,
  nearest,
  oneOf,
  orWords,
  Place,
  path,
  size,
} from '../../src/settings/values.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings values')

function read<T>(kind: Kind<T>, raw: unknown): T | string | undefined {
  const mistakes: string[] = []
  const value = kind.read(raw, new Place('file', 'it', { home: '/home', from: '/from' }, mistakes))
  return mistakes.length > 0 ? mistakes.join() : value
}

const accepted: readonly [kind: Kind<unknown>, raw: unknown, value: unknown][] = [
  [integer(-5, 5), ' -3 ', -3],
  [integer(0, 5), 5, 5],
  [boolean, 'ON', true],
  [boolean, 0, false],
  [oneOf('a', 'b'), 'B', 'b'],
  [duration('0s', '1d'), '1 h', 3_600_000],
  [duration('0s', '1d'), '0.5s', 500],
  [duration('0s', '1d'), 20, 20],
  [size('1k', '1t'), '1K', 1024],
  [size('1k', '1t'), '2 MiB', 2 * 1024 ** 2],
  [size('1k', '1t'), '5000 bytes', 5000],
  [orWords(integer(0, 9), ['off', false], null), 'OFF', null],
  [orWords(integer(0, 9), ['off', false], null), 'false', null],
  [orWords(integer(0, 9), ['off', false], null), false, null],
  [orWords(integer(0, 9), ['off', false], null), 0, 0],
  [list(integer(0, 9)), '', []],
  [list(integer(0, 9)), '1, 2', [1, 2]],
  [list(integer(0, 9)), 3, [3]],
  [path, 'x/y', '/from/x/y'],
  [path, '/x', '/x'],
]

for (const [kind, raw, value] of accepted) {
  test(`${kind.name} takes ${JSON.stringify(raw)}`, () => {
    assert.equal(read(kind, raw), value)
  })
}

const refused: readonly [kind: Kind<unknown>, raw: unknown, mistake: string][] = [
  [integer(0, 5), '5.0', 'file: it is 5.0; use 0–5'],
  [integer(0, 5), Number.NaN, 'file: it is null; use 0–5'],
  [integer(0, 5), [], 'file: it is []; use 0–5'],
  [boolean, 2, 'file: it is 2; use true or false'],
  [oneOf('a', 'b', 'c'), 'd', 'file: it is d; use a, b or c'],
  [duration('1s', '1m'), '2m', 'file: it is 2m; use 1s–1m, written as 500ms, 5s, 10m, 1h or 7d'],
  [size('1k', '1m'), '-1', 'file: it is -1; use 1k–1m, written as 512KB, 64MB, 1GB or a number of bytes'],
  [list(integer(0, 5)), [1, 9, 'x'], 'file: it[1] is 9; use 0–5,file: it[2] is x; use 0–5'],
  [list(integer(0, 5), 2), [1], 'file: it is [1]; name at least 2'],
  [path, '', 'file: it is ""; use the path of a file or folder'],
  [boolean, [true], 'file: it is [true]; use true or false'],
  [oneOf('a', 'b'), ['a'], 'file: it is ["a"]; use a or b'],
  [duration('1s', '1m'), ['5s'], 'file: it is ["5s"]; use 1s–1m, written as 500ms, 5s, 10m, 1h or 7d'],
  [integer(0, 5), 'x'.repeat(100), `file: it is ${'x'.repeat(60)}…; use 0–5`],
]

for (const [kind, raw, mistake] of refused) {
  test(`${kind.name} refuses ${JSON.stringify(raw).slice(0, 20)}`, () => {
    assert.is(read(kind, raw), mistake)
  })
}

test('a mistyped name finds the one that was meant, and a strange one none', () => {
  const known = ['rest_port', 'retention', 'broker_ports']
  assert.is(nearest('rest_prot', known), 'rest_port')
  assert.is(nearest('REST_PORT', known), 'rest_port')
  assert.is(nearest('brokers_port', known), 'broker_ports')
  assert.is(nearest('colour', known), undefined)
  assert.is(nearest('rest_port'.repeat(20), ['rest_port'.repeat(20)]), undefined)
})

test('words are listed as they are said', () => {
  assert.is(listed(['a']), 'a')
  assert.is(listed(['a', 'b']), 'a or b')
  assert.is(listed(['a', 'b', 'c']), 'a, b or c')
})

test.run()
