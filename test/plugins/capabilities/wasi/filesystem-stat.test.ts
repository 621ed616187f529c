/** What plugins are told of a file. */
import { lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { metadataHashOf, statOf, timeOf, typeOf } from '../../../../src/plugins/capabilities/wasi/filesystem-stat.ts'
import { temporaryFolder } from '../../../support/capabilities.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('what wasi:filesystem says of a file')

test('its type, size and times', (cleanup) => {
  const file = join(temporaryFolder(cleanup), 'file')
  writeFileSync(file, '12345')
  utimesSync(file, 100.5, 2_000_000.25)
  const { type, size, linkCount, dataAccessTimestamp, dataModificationTimestamp } = statOf(lstatSync(file))
  assert.equal([type, size, linkCount], ['regular-file', 5n, 1n])
  assert.equal(dataAccessTimestamp, { seconds: 100n, nanoseconds: 500_000_000 })
  assert.equal(dataModificationTimestamp, { seconds: 2_000_000n, nanoseconds: 250_000_000 })
})

test('folders, links and what is neither', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  mkdirSync(join(folder, 'folder'))
  symlinkSync('nowhere', join(folder, 'link'))
  assert.is(typeOf(lstatSync(join(folder, 'folder'))), 'directory')
  assert.is(typeOf(lstatSync(join(folder, 'link'))), 'symbolic-link')
  assert.is(typeOf(lstatSync('/dev/null')), 'character-device')
})

test('its hash changes with it, and differs from that of others', (cleanup) => {
  const [one, other] = ['one', 'other'].map((name) => join(temporaryFolder(cleanup), name)) as [string, string]
  writeFileSync(one, 'x')
  writeFileSync(other, 'x')
  const hash = metadataHashOf(lstatSync(one))
  assert.equal(metadataHashOf(lstatSync(one)), hash)
  assert.not.equal(metadataHashOf(lstatSync(other)), hash)
  writeFileSync(one, 'xy')
  assert.not.equal(metadataHashOf(lstatSync(one)), hash)
})

test('a time to set is a given one, the present or the former', () => {
  assert.is(timeOf({ tag: 'timestamp', val: { seconds: 5n, nanoseconds: 500_000_000 } }, 1000, 2000), 5.5)
  assert.is(timeOf({ tag: 'now' }, 1000, 2000), 2)
  assert.is(timeOf({ tag: 'no-change' }, 1000, 2000), 1)
})

test.run()
