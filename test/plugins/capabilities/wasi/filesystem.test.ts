/** Files of a plugin, as a component opens, reads and writes them. */
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../../../src/plugins/capabilities/capabilities.ts'
import { descriptorsMax, filesystem } from '../../../../src/plugins/capabilities/wasi/filesystem.ts'
import { environmentFor, newSharedState, thrownBy } from '../../../support/capabilities.ts'
import { close, open, preopensOf, readText, rootFor, writeText } from '../../../support/files.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:filesystem')

const names = (folder: ReturnType<typeof rootFor>) => {
  const entries = folder.readDirectory()
  const found: string[] = []
  for (let entry = entries.readDirectoryEntry(); entry; entry = entries.readDirectoryEntry()) {
    found.push(`${entry.name}: ${entry.type}`)
  }
  close(entries)
  return found.sort()
}

test('a plugin to which it is not granted has no files', (cleanup) => {
  assert.equal(preopensOf(filesystem(environmentFor(cleanup, { grants: nothingGranted }))), [])
})

test('/ has data, config and tmp', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  assert.is(root.getType(), 'directory')
  assert.equal(names(root), ['config: directory', 'data: directory', 'tmp: directory'])
})

test('what was written is read, also after a restart', (cleanup) => {
  const environment = environmentFor(cleanup)
  writeText(rootFor(environment), 'data/file', 'hello')
  assert.is(readText(rootFor({ ...environment, shared: newSharedState() }), 'data/file'), 'hello')
})

test('a file is read and written at any position, and by streams', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  const file = open(root, 'data/file')
  assert.is(file.write(Buffer.from('world'), 6n), 5n)
  file.writeViaStream(0n).write(Buffer.from('hello'))
  file.appendViaStream().write(Buffer.from('!'))
  assert.is(Buffer.from(file.read(100n, 0n)[0]).toString(), 'hello\0world!')
  assert.equal(file.read(100n, 12n), [new Uint8Array(), true])
  const stream = file.readViaStream(6n)
  assert.is(Buffer.from(stream.read(5n)).toString(), 'world')
  assert.is(Buffer.from(stream.read(5n)).toString(), '!')
  assert.equal(
    thrownBy(() => stream.read(5n)),
    { tag: 'closed' },
  )
  file.advise(0n, 0n, 'sequential')
  file.syncData()
  file.sync()
})

test('flags of opening are kept to', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  const opening = (path: string, openFlags: object, flags: object = { read: true }) =>
    thrownBy(() => root.openAt({}, path, openFlags, flags))
  assert.is(opening('data/file', {}), 'no-entry')
  writeText(root, 'data/file', 'hello')
  assert.is(opening('data/file', { create: true, exclusive: true }), 'exist')
  assert.is(opening('data/file', { directory: true }), 'not-directory')
  assert.is(opening('data/file/', {}), 'not-directory')
  assert.is(opening('data/file/below', {}), 'not-directory')
  assert.is(opening('data', {}, { write: true }), 'is-directory')
  assert.is(opening('data', { create: true, exclusive: true }), 'exist')
  assert.is(opening('no/such', { create: true }), 'no-entry')
  close(root.openAt({}, 'data/file', { truncate: true }, { write: true }))
  assert.is(readText(root, 'data/file'), '')
})

test('a descriptor does what it was opened for, and no more', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  writeText(root, 'data/file', 'hello')
  const reading = root.openAt({}, 'data/file', {}, { read: true })
  assert.is(
    thrownBy(() => reading.write(new Uint8Array(1), 0n)),
    'bad-descriptor',
  )
  const writing = root.openAt({}, 'data/file', {}, { write: true })
  assert.is(
    thrownBy(() => writing.read(1n, 0n)),
    'bad-descriptor',
  )
  assert.is(
    thrownBy(() => root.read(1n, 0n)),
    'is-directory',
  )
  assert.is(
    thrownBy(() => reading.createDirectoryAt('x')),
    'not-directory',
  )
  const folder = root.openAt({}, 'data', { directory: true }, { read: true })
  assert.is(
    thrownBy(() => folder.unlinkFileAt('file')),
    'read-only',
  )
  assert.is(
    thrownBy(() => open(folder, 'file')),
    'read-only',
  )
  assert.equal(reading.getFlags(), { read: true })
})

test('after it is closed, a stream of a descriptor reads nothing of another file', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  writeText(root, 'data/file', 'hello')
  const file = open(root, 'data/file')
  const stream = file.readViaStream(0n)
  close(file)
  open(root, 'data/other')
  const error = thrownBy(() => stream.read(1n)) as { tag: string; val: { detail: unknown } }
  assert.is(error.tag, 'last-operation-failed')
  const { filesystemErrorCode } = filesystem(environmentFor(cleanup))['wasi:filesystem/types'] as {
    filesystemErrorCode(error: object): unknown
  }
  assert.is(filesystemErrorCode(error.val), 'bad-descriptor')
  assert.is(filesystemErrorCode({ detail: { tag: 'other' } }), undefined)
})

test('folders are made, listed and removed when they are empty', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  root.createDirectoryAt('data/sub/')
  assert.is(
    thrownBy(() => root.createDirectoryAt('data/sub')),
    'exist',
  )
  const sub = root.openAt({}, 'data/sub', { directory: true }, { read: true, mutateDirectory: true })
  writeText(sub, 'file', 'x')
  assert.equal(names(sub), ['file: regular-file'])
  assert.is(
    thrownBy(() => root.removeDirectoryAt('data/sub')),
    'not-empty',
  )
  assert.is(
    thrownBy(() => root.unlinkFileAt('data/sub')),
    'is-directory',
  )
  sub.unlinkFileAt('file')
  root.removeDirectoryAt('data/sub')
  assert.equal(names(root.openAt({}, 'data', {}, { read: true })), [])
  assert.is(
    thrownBy(() => root.removeDirectoryAt('.')),
    'busy',
  )
})

test('files and folders are renamed, over others too', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  writeText(root, 'data/a', 'a')
  writeText(root, 'data/b', 'b')
  const tmp = root.openAt({}, 'tmp', {}, { read: true, mutateDirectory: true })
  root.renameAt('data/a', root, 'data/b')
  assert.is(readText(root, 'data/b'), 'a')
  root.renameAt('data/b', tmp, 'c')
  assert.is(readText(root, 'tmp/c'), 'a')
  root.renameAt('data', root, 'tmp/data')
  assert.equal(names(tmp), ['c: regular-file', 'data: directory'])
})

test('what is known of a file', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  writeText(root, 'data/file', 'hello')
  writeText(root, 'data/other', 'hello')
  const file = open(root, 'data/file')
  assert.is(file.stat().size, 5n)
  assert.is(root.statAt({ symlinkFollow: true }, 'data/file').type, 'regular-file')
  assert.ok(file.isSameObject(open(root, 'data/../data/./file')))
  assert.not(file.isSameObject(open(root, 'data/other')))
  assert.equal(file.metadataHash(), root.metadataHashAt({}, 'data/file'))
  const at = (seconds: bigint) => ({ tag: 'timestamp', val: { seconds, nanoseconds: 0 } })
  file.setTimes({ tag: 'no-change' }, at(1000n))
  assert.is(file.stat().dataModificationTimestamp.seconds, 1000n)
  root.setTimesAt({}, 'data/file', { tag: 'no-change' }, { tag: 'now' })
  assert.is(file.stat().dataModificationTimestamp.seconds, 1_700_000_000n, "by the broker's clock")
})

test('links cannot be made', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  writeText(root, 'data/file', 'hello')
  assert.is(
    thrownBy(() => root.symlinkAt('/etc/passwd', 'data/link')),
    'not-permitted',
  )
  assert.is(
    thrownBy(() => root.linkAt({}, 'data/file', root, 'data/link')),
    'not-permitted',
  )
  assert.is(
    thrownBy(() => root.readlinkAt('data/file')),
    'invalid',
  )
})

test('too many descriptors are refused, until some are closed', (cleanup) => {
  const root = rootFor(environmentFor(cleanup))
  const opened = [root]
  while (opened.length < descriptorsMax) opened.push(open(root, 'data/file'))
  const oneMore = () => open(root, 'data/file')
  assert.is(thrownBy(oneMore), 'insufficient-memory')
  assert.is(
    thrownBy(() => root.readDirectory()),
    'insufficient-memory',
  )
  close(opened.pop()!)
  close(oneMore())
  for (let time = 0; time < 1000; time++) close(root.readDirectory())
})

test.run()
