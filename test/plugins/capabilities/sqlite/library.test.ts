/** SQLite's WebAssembly, cut off from the machine. */
import * as assert from 'uvu/assert'
import { Library } from '../../../../src/plugins/capabilities/sqlite/library.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('the SQLite library')

test('text is copied in and read again, and memory has an end', () => {
  const library = new Library()
  const at = library.copyText('Grüße')!
  assert.is(library.textAt(at), 'Grüße')
  assert.is(library.textAt(0), '')
  const mebibytes = []
  for (let block = library.copy(new Uint8Array(1 << 20)); block !== null; block = library.copy(new Uint8Array(1 << 20)))
    mebibytes.push(block)
  assert.ok(mebibytes.length > 40 && mebibytes.length < 64)
})

test('without a file of ours nothing can be opened', () => {
  const library = new Library()
  const out = library.copy(new Uint8Array(4))!
  for (const name of ['/etc/passwd', 'x.db', 'file:/etc/passwd?mode=ro']) {
    const readOnly = 1
    const opened = library.call.sqlite3_open_v2(library.copyText(name)!, out, readOnly, 0)
    const cannotOpen = 14
    const code =
      opened === 0
        ? library.call.sqlite3_exec(library.readInt(out), library.copyText('select * from x')!, 0, 0, 0)
        : opened
    assert.is(code & 0xff, cannotOpen, name)
  }
})

test.run()
