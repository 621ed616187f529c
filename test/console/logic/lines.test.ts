/** Newline-delimited JSON, from a stream and from people. */
import * as assert from 'uvu/assert'
import { Lines, readPasted } from '../../../src/console/logic/lines.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console lines')

test('lines are whole, wherever a stream was cut', () => {
  const lines = new Lines()
  assert.equal(lines.push('{"a":1}\n{"b"'), ['{"a":1}'])
  assert.equal(lines.push(':2}'), [])
  assert.equal(lines.push('\n\n{"c":3}\n'), ['{"b":2}', '{"c":3}'])
})

test('records are pasted one a line, or as a list', () => {
  assert.equal(readPasted('{"value":"a"}\n\n{"value":"b"}'), { records: [{ value: 'a' }, { value: 'b' }] })
  assert.equal(readPasted(' [{"value":"a"}]'), { records: [{ value: 'a' }] })
})

test('a mistake is told with its line', () => {
  const mistake = (text: string) => {
    const read = readPasted(text)
    return 'mistake' in read ? read.mistake : 'none'
  }
  assert.match(mistake('{"value":"a"}\n{oh'), /^line 2 is not JSON: /)
  assert.is(mistake('{"value":"a"}\n12'), 'line 2 is no record; write { "value": … }')
  assert.is(mistake('[{}, 1]'), 'item 2 of the list is no record; write { "value": … }')
  assert.match(mistake('[1'), /^the list is not JSON: /)
  assert.match(mistake(' '), /^nothing is here yet; /)
})

test.run()
