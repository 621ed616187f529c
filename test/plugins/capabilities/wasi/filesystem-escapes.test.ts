/** The ways out of a plugin's folder, each of which leads nowhere. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { environmentFor, temporaryFolder, thrownBy } from '../../../support/capabilities.ts'
import { open, readText, rootFor, type TestDescriptor, writeText } from '../../../support/files.ts'
import { type Cleanup, suite } from '../../../support/suite.ts'

const test = suite('escapes from the files of a plugin')

/** A plugin's `/`, where that is on this machine, and a folder that is none of its business. */
function caged(cleanup: Cleanup) {
  const environment = environmentFor(cleanup)
  const outside = temporaryFolder(cleanup)
  writeFileSync(join(outside, 'secret'), 'secret')
  return { root: rootFor(environment), inside: join(environment.folder, 'files'), outside, environment }
}

/** What comes of everything that can be tried with a path to a file. */
function attempts(root: TestDescriptor, path: string): readonly unknown[] {
  const now = { tag: 'now' }
  return [
    thrownBy(() => root.openAt({ symlinkFollow: true }, path, {}, { read: true })),
    thrownBy(() => open(root, path)),
    thrownBy(() => root.openAt({ symlinkFollow: true }, path, { create: true, truncate: true }, { write: true })),
    thrownBy(() => root.openAt({ symlinkFollow: true }, path, { directory: true }, { read: true })),
    thrownBy(() => root.createDirectoryAt(`${path}/new`)),
    thrownBy(() => root.setTimesAt({ symlinkFollow: true }, `${path}/new`, now, now)),
    thrownBy(() => root.statAt({ symlinkFollow: true }, `${path}/new`)),
    thrownBy(() => root.renameAt(`${path}/secret`, root, 'data/stolen')),
    thrownBy(() => root.unlinkFileAt(`${path}/secret`)),
  ]
}

const refusals = (count: number) => Array(count).fill('not-permitted')

test('by ..', (cleanup) => {
  const { root, outside } = caged(cleanup)
  for (const path of ['..', '../..', 'data/../..', 'data/../../files', './/..//x', `../../..${outside}/secret`]) {
    assert.equal(attempts(root, path), refusals(9), path)
  }
})

test('by .. from a folder that was opened', (cleanup) => {
  const { root } = caged(cleanup)
  writeText(root, 'config/file', 'x')
  const data = root.openAt({}, 'data', {}, { read: true, mutateDirectory: true })
  assert.equal(attempts(data, '../config/file'), refusals(9))
})

test('by .. after what is no folder', (cleanup) => {
  const { root } = caged(cleanup)
  writeText(root, 'data/file', 'x')
  assert.is(
    thrownBy(() => root.statAt({}, 'data/file/../file')),
    'not-directory',
  )
  assert.is(
    thrownBy(() => root.statAt({}, 'none/../data')),
    'no-entry',
  )
})

test('by an absolute path', (cleanup) => {
  const { root, outside } = caged(cleanup)
  for (const path of ['/', '/etc/passwd', '//etc', join(outside, 'secret')]) {
    assert.equal(attempts(root, path), refusals(9), path)
  }
})

test('by a path that is no path', (cleanup) => {
  const { root } = caged(cleanup)
  const said = (path: string) => thrownBy(() => root.statAt({}, path))
  assert.is(said(''), 'no-entry')
  assert.is(said('data/\0/../../x'), 'illegal-byte-sequence')
  assert.is(said('x'.repeat(256)), 'name-too-long')
  assert.is(said('x/'.repeat(3000)), 'name-too-long')
})

test('by a link to a file that somebody put there', (cleanup) => {
  const { root, inside, outside } = caged(cleanup)
  symlinkSync(join(outside, 'secret'), join(inside, 'data', 'link'))
  assert.equal(attempts(root, 'data/link').slice(0, 4), refusals(4))
  assert.is(
    thrownBy(() => root.readlinkAt('data/link')),
    'not-permitted',
  )
  assert.is(root.statAt({ symlinkFollow: true }, 'data/link').type, 'symbolic-link')
  root.setTimesAt({ symlinkFollow: true }, 'data/link', { tag: 'now' }, { tag: 'now' })
  root.unlinkFileAt('data/link')
  assert.is(readFileSync(join(outside, 'secret'), 'utf8'), 'secret')
})

test('by a link to a file that is not there yet', (cleanup) => {
  const { root, inside, outside } = caged(cleanup)
  symlinkSync(join(outside, 'new'), join(inside, 'data', 'link'))
  assert.equal(attempts(root, 'data/link').slice(0, 3), refusals(3))
  assert.not(existsSync(join(outside, 'new')))
})

test('by a link to a folder', (cleanup) => {
  const { root, inside, outside } = caged(cleanup)
  symlinkSync(outside, join(inside, 'data', 'link'))
  assert.equal(attempts(root, 'data/link'), refusals(9))
  assert.is(
    thrownBy(() => open(root, 'data/link/secret')),
    'not-permitted',
  )
  assert.is(
    thrownBy(() => open(root, 'data/link/../secret')),
    'not-permitted',
  )
  assert.ok(existsSync(join(outside, 'secret')))
})

test('by a link that comes where a folder was opened', (cleanup) => {
  const { root, inside, outside } = caged(cleanup)
  root.createDirectoryAt('data/sub')
  const sub = root.openAt({}, 'data/sub', {}, { read: true, mutateDirectory: true })
  renameSync(join(inside, 'data'), join(inside, 'moved'))
  mkdirSync(join(outside, 'sub'))
  symlinkSync(outside, join(inside, 'data'))
  assert.is(
    thrownBy(() => open(sub, 'new')),
    'not-permitted',
  )
  rmSync(join(inside, 'data'))
  mkdirSync(join(inside, 'data'))
  symlinkSync(outside, join(inside, 'data', 'sub'))
  assert.is(
    thrownBy(() => open(sub, 'secret')),
    'not-permitted',
  )
  assert.is(
    thrownBy(() => sub.readDirectory()),
    'not-permitted',
  )
})

test("into another plugin's folder", (cleanup) => {
  const { root, environment } = caged(cleanup)
  const neighbour = environmentFor(cleanup, { folder: join(environment.folder, '..', 'neighbour') })
  cleanup.after(() => rmSync(neighbour.folder, { recursive: true, force: true }))
  writeText(rootFor(neighbour), 'data/secret', 'secret')
  assert.equal(attempts(root, '../../neighbour/files/data/secret'), refusals(9))
  assert.equal(attempts(root, '../sql.db'), refusals(9), 'nor to what it keeps itself by other means')
})

test('a pipe holds up nobody', (cleanup) => {
  const { root, inside } = caged(cleanup)
  if (process.platform === 'win32') return
  execFileSync('mkfifo', [join(inside, 'data', 'pipe')])
  assert.equal(attempts(root, 'data/pipe').slice(0, 3), refusals(3))
})

test('oversize writes, by all ways there are', (cleanup) => {
  const { root } = caged(cleanup)
  const file = open(root, 'data/file')
  const half = Buffer.alloc(500_000)
  file.write(half, 0n)
  assert.is(
    thrownBy(() => file.write(half, 600_000n)),
    'quota',
  )
  assert.is(
    thrownBy(() => file.write(new Uint8Array(1), 1n << 40n)),
    'quota',
  )
  assert.is(
    thrownBy(() => file.write(new Uint8Array(1), 1n << 60n)),
    'file-too-large',
  )
  assert.is(
    thrownBy(() => file.setSize(2_000_000n)),
    'quota',
  )
  const stream = file.appendViaStream()
  stream.write(half)
  assert.is((thrownBy(() => stream.write(half)) as { tag: string }).tag, 'last-operation-failed')
  assert.is(
    thrownBy(() => open(root, 'data/other').write(Buffer.alloc(100_000), 0n)),
    'quota',
  )
  file.setSize(0n)
  writeText(root, 'data/other', 'x')
  assert.is(readText(root, 'data/other'), 'x')
})

test('a flood of empty files and folders', (cleanup) => {
  const { root } = caged(cleanup)
  let count = 0
  const fill = () => {
    for (;;) {
      root.createDirectoryAt(`data/${count}`)
      count++
    }
  }
  assert.is(thrownBy(fill), 'quota')
  assert.ok(count > 900 && count < 1024)
  assert.is(
    thrownBy(() => open(root, 'data/file')),
    'quota',
  )
})

test.run()
