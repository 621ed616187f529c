/** Headers, by the rules of `wasi:http/types`. */
import * as assert from 'uvu/assert'
import { Fields, frozen } from '../../../../src/plugins/capabilities/wasi/http-fields.ts'
import { thrownBy } from '../../../support/fake-calls.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('plugins/wasi/http-fields')

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const shown = (fields: Fields) =>
  fields.entries().map(([name, value]) => `${name}: ${Buffer.from(value).toString('latin1')}`)

test('names do not care about case, and keep it', () => {
  const fields = new Fields()
  fields.append('X-A', bytes('1'))
  fields.append('x-a', bytes('2'))
  fields.append('x-b', bytes('3'))
  assert.equal(fields.get('x-A'), [bytes('1'), bytes('2')])
  assert.equal([fields.has('X-B'), fields.has('x-c')], [true, false])
  fields.set('X-a', [bytes('4')])
  assert.equal(shown(fields), ['x-b: 3', 'X-a: 4'])
  fields.delete('X-B')
  assert.equal(shown(fields), ['X-a: 4'])
  fields.set('x-a', [])
  assert.equal(shown(fields), [])
})

test('a clone may be changed, and changes nothing else', () => {
  const fixed = Fields[frozen]([['a', bytes('1')]])
  const clone = fixed.clone()
  clone.append('b', bytes('2'))
  assert.equal([shown(fixed), shown(clone)], [['a: 1'], ['a: 1', 'b: 2']])
})

test('what is made of a list is checked as what is added one by one', () => {
  assert.equal(
    shown(
      Fields.fromList([
        ['a', bytes('1')],
        ['A', bytes('2')],
      ]),
    ),
    ['a: 1', 'A: 2'],
  )
  assert.equal(
    thrownBy(() => Fields.fromList([['host', bytes('x')]])),
    { tag: 'forbidden' },
  )
})

test('what no request may carry is refused', () => {
  const table: readonly (readonly [name: string, value: string, tag: string])[] = [
    ['', '1', 'invalid-syntax'],
    ['a b', '1', 'invalid-syntax'],
    ['a:', '1', 'invalid-syntax'],
    ['a', '1\r\nb: 2', 'invalid-syntax'],
    ['a', '1\n', 'invalid-syntax'],
    ['a', '\0', 'invalid-syntax'],
    ['Host', 'x', 'forbidden'],
    ['Connection', 'x', 'forbidden'],
    ['TRANSFER-ENCODING', 'chunked', 'forbidden'],
    ['upgrade', 'x', 'forbidden'],
    ['proxy-authorization', 'x', 'forbidden'],
  ]
  for (const [name, value, tag] of table) {
    const fields = new Fields()
    assert.equal(
      thrownBy(() => fields.append(name, bytes(value))),
      { tag },
      name,
    )
    assert.equal(
      thrownBy(() => fields.set(name, [bytes(value)])),
      { tag },
      name,
    )
    assert.equal(fields.entries(), [])
  }
})

test('bytes that are no text are a value', () => {
  const fields = new Fields()
  fields.append('a', Uint8Array.of(0xff, 0x80))
  assert.equal(fields.get('a'), [Uint8Array.of(0xff, 0x80)])
})

test('those of a request that was made, and of an answer, cannot be changed', () => {
  const fixed = Fields[frozen]([['a', bytes('1')]])
  const changes = [() => fixed.append('a', bytes('2')), () => fixed.set('a', []), () => fixed.delete('a')]
  for (const change of changes) assert.equal(thrownBy(change), { tag: 'immutable' })
})

test.run()
