/** What the host says of a plugin's disk. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { diskBytes, ownFolder } from '../../../src/plugins/capabilities/disk-usage.ts'
import { entryBytes, PluginFiles } from '../../../src/plugins/capabilities/plugin-files.ts'
import { SharedFolder } from '../../../src/plugins/capabilities/shared-folder.ts'
import { temporaryFolder } from '../../support/capabilities.ts'
import { suite } from '../../support/suite.ts'

const test = suite("a plugin's disk usage")

test('a plugin without a folder uses nothing', () => {
  assert.is(diskBytes(ownFolder(null)), 0)
})

test('a folder that is not there yet holds nothing', (cleanup) => {
  const folder = join(temporaryFolder(cleanup), 'later')
  assert.is(diskBytes(ownFolder(folder)), 0)
})

test('files, values and the database count together, also what was there before', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  mkdirSync(join(folder, 'files', 'data'), { recursive: true })
  writeFileSync(join(folder, 'files', 'data', 'old'), Buffer.alloc(100))
  writeFileSync(join(folder, 'sql.db'), Buffer.alloc(4096))
  const own = ownFolder(folder)
  assert.is(diskBytes(own), 4096 + 100 + 2 * entryBytes)
  new PluginFiles(new SharedFolder(folder, own.shared), 1 << 20).makeFolder(['new'])
  assert.is(diskBytes(own), 4096 + 100 + 5 * entryBytes, 'config and tmp were made, too')
})

test.run()
