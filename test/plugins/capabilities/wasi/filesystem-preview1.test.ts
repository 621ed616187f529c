/** Files as programs in C and Rust use them: by the older WASI, through the adapter that is linked into them. */
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../../../src/plugins/capabilities/capabilities.ts'
import { environmentFor } from '../../../support/capabilities.ts'
import { filesPlugin } from '../../../support/files-plugin.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('files by the older WASI', 20)

/** Numbers of errors there. */
const badDescriptor = 8
const quotaExceeded = 19
const exists = 20
const noEntry = 44
const notDirectory = 54
const notEmpty = 55
const notPermitted = 63

test('files are written, appended to, read, renamed and removed', async (cleanup) => {
  const environment = environmentFor(cleanup)
  const act = await filesPlugin(environment)
  assert.is(act('w', 'data/file', 'hello'), 0)
  assert.is(act('a', 'data/file', ' world'), 0)
  assert.is(act('r', 'data/file'), 'hello world')
  assert.is(readFileSync(join(environment.folder, 'files', 'data', 'file'), 'utf8'), 'hello world')
  assert.is(act('d', 'data/sub'), 0)
  assert.is(act('d', 'data/sub'), exists)
  assert.is(act('m', 'data/file', 'data/sub/moved'), 0)
  assert.is(act('s', 'data/file'), noEntry)
  assert.is(act('s', 'data/sub/moved/below'), notDirectory)
  assert.is(act('D', 'data/sub'), notEmpty)
  assert.is(act('u', 'data/sub/moved'), 0)
  assert.is(act('D', 'data/sub'), 0)
})

test('there is no way out', async (cleanup) => {
  const environment = environmentFor(cleanup)
  const act = await filesPlugin(environment)
  act('s', '.') // The folders are made when the plugin first asks for them.
  symlinkSync('/etc', join(environment.folder, 'files', 'data', 'etc'))
  for (const path of ['../sql.db', '/etc/passwd', 'data/../../x', 'data/etc/passwd', 'data/etc']) {
    assert.is(act('r', path), notPermitted, path)
    assert.is(act('w', path, 'x'), notPermitted, path)
  }
  assert.is(act('l', 'data/link', '/etc/passwd'), notPermitted)
})

test('the quota is an error that programs know', async (cleanup) => {
  const act = await filesPlugin(
    environmentFor(cleanup, { grants: { ...nothingGranted, filesystem: { bytesMax: 5000 } } }),
  )
  assert.is(act('w', 'data/file', 'x'.repeat(900)), 0)
  assert.is(act('a', 'data/file', 'x'.repeat(900)), quotaExceeded)
  assert.is(act('w', 'data/file', 'x'.repeat(900)), 0)
})

test('without the grant there is nothing', async (cleanup) => {
  const act = await filesPlugin(environmentFor(cleanup, { grants: nothingGranted }))
  assert.is(act('w', 'data/file', 'x'), badDescriptor)
})

test.run()
