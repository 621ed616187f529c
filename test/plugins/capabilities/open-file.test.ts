/** A file that a plugin has open, and has closed. */
import * as assert from 'uvu/assert'
import { OpenFile } from '../../../src/plugins/capabilities/open-file.ts'
import { PluginFiles } from '../../../src/plugins/capabilities/plugin-files.ts'
import { sharedFolder } from '../../support/capabilities.ts'
import { suite } from '../../support/suite.ts'

const test = suite('an open file')

const options = { isRead: true, isWritten: true, isCreated: true, isExclusive: false, isTruncated: false }

test('more than fits into one write is written in several', (cleanup) => {
  const file = new OpenFile(new PluginFiles(sharedFolder(cleanup), 10 << 20), ['data', 'a'], options)
  const bytes = Buffer.alloc(2_500_000, 'x')
  assert.is(file.write(bytes, 0n), 1 << 20)
  file.writeAll(bytes, 'end')
  assert.is(file.stat().size, (1 << 20) + bytes.length)
  assert.is(file.read(1n << 40n, 0n).length, 1 << 20)
  file.close()
})

test('after it is closed every call fails', (cleanup) => {
  const file = new OpenFile(new PluginFiles(sharedFolder(cleanup), 1 << 20), ['data', 'a'], options)
  file.close()
  file.close()
  for (const call of [() => file.read(1n, 0n), () => file.write(new Uint8Array(1), 0n), () => file.stat()]) {
    assert.throws(call, /bad-descriptor/)
  }
})

test('a position that no number holds is refused', (cleanup) => {
  const file = new OpenFile(new PluginFiles(sharedFolder(cleanup), 1 << 20), ['data', 'a'], options)
  assert.throws(() => file.read(1n, 1n << 60n), /file-too-large/)
  file.close()
})

test.run()
