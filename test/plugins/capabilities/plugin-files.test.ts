/** What the files of a plugin may hold, whatever is done with them. */
import { closeSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bytesIn, entryBytes, type OpenOptions, PluginFiles } from '../../../src/plugins/capabilities/plugin-files.ts'
import { SharedFolder } from '../../../src/plugins/capabilities/shared-folder.ts'
import { newSharedState, sharedFolder, temporaryFolder } from '../../support/capabilities.ts'
import { suite } from '../../support/suite.ts'

const test = suite('the files of a plugin')

const quota = 100_000
const writing: OpenOptions = {
  isRead: true,
  isWritten: true,
  isCreated: true,
  isExclusive: false,
  isTruncated: false,
}
/** data, config and tmp. */
const atFirst = 3 * entryBytes

test('what is written, cut and removed is counted', (cleanup) => {
  const files = new PluginFiles(sharedFolder(cleanup), quota)
  const used = (expected: number) => assert.is(files.usedBytes, atFirst + expected)
  used(0)
  const file = files.openFile(['data', 'a'], writing)
  used(entryBytes)
  files.write(file, Buffer.alloc(100), 50)
  used(entryBytes + 150)
  files.write(file, Buffer.alloc(100), 0)
  used(entryBytes + 150)
  files.write(file, Buffer.alloc(10), 'end')
  used(entryBytes + 160)
  files.setSize(file, 20)
  used(entryBytes + 20)
  files.closing(file)
  closeSync(file)
  const again = files.openFile(['data', 'a'], { ...writing, isTruncated: true })
  used(entryBytes)
  files.closing(again)
  closeSync(again)
  files.removeFile(['data', 'a'])
  used(0)
})

test('a file that was removed is counted until it is closed', (cleanup) => {
  const files = new PluginFiles(sharedFolder(cleanup), quota)
  const [one, other] = [files.openFile(['data', 'a'], writing), files.openFile(['data', 'a'], writing)]
  files.write(one, Buffer.alloc(100), 0)
  files.removeFile(['data', 'a'])
  files.write(other, Buffer.alloc(100), 100)
  assert.is(files.usedBytes, atFirst + entryBytes + 200)
  for (const file of [one, other]) {
    files.closing(file)
    closeSync(file)
  }
  assert.is(files.usedBytes, atFirst)
})

test('what is renamed over another takes its place', (cleanup) => {
  const folder = sharedFolder(cleanup)
  const files = new PluginFiles(folder, quota)
  for (const [name, size] of [
    ['a', 100],
    ['b', 1000],
  ] as const) {
    writeFileSync(files.path(['data', name]), Buffer.alloc(size))
    folder.addFileBytes(size + entryBytes)
  }
  files.rename(['data', 'b'], ['data', 'b'])
  files.rename(['data', 'a'], ['data', 'b'])
  assert.is(files.usedBytes, atFirst + entryBytes + 100)
  files.removeFolder(['tmp'])
  assert.is(files.usedBytes, atFirst + 100)
  assert.is(files.usedBytes, bytesIn(join(folder.path, 'files')))
})

test('instances share the quota', (cleanup) => {
  const [path, state] = [temporaryFolder(cleanup), newSharedState()]
  const [one, other] = [1, 2].map(() => new PluginFiles(new SharedFolder(path, state), quota)) as [
    PluginFiles,
    PluginFiles,
  ]
  const file = one.openFile(['data', 'a'], writing)
  one.write(file, Buffer.alloc(quota - 6 * entryBytes), 0)
  other.makeFolder(['data', 'b'])
  const more = other.openFile(['data', 'c'], writing)
  assert.throws(() => other.write(more, Buffer.alloc(1), 0), /quota/)
  one.setSize(file, 0)
  assert.is(other.write(more, Buffer.alloc(1), 0), 1)
})

test('what was there before is counted, and may be more than the quota', (cleanup) => {
  const folder = sharedFolder(cleanup)
  const path = (name: string) => new PluginFiles(folder, quota).path([name])
  writeFileSync(path('big'), Buffer.alloc(2 * quota))
  const files = new PluginFiles(new SharedFolder(folder.path, newSharedState()), quota)
  assert.throws(() => files.makeFolder(['new']), /quota/)
  const file = files.openFile(['big'], writing)
  files.setSize(file, quota / 2)
  files.makeFolder(['new'])
})

test.run()
