/** Who has a plugin's folder, also when somebody was killed while he had it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { claimFolder, FolderTaken } from '../../../src/plugins/loading/folder-claim.ts'
import { temporaryFolder } from '../../support/capabilities.ts'
import { suite } from '../../support/suite.ts'

const test = suite('claims of folders')

test('a folder is one broker’s until it gives it back', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const release = claimFolder(folder)
  assert.throws(
    () => claimFolder(folder),
    (error: Error) =>
      error instanceof FolderTaken &&
      error.message === `${folder} is used by another broker, in process ${process.pid}`,
  )
  release()
  assert.equal(readdirSync(folder), [])
  const again = claimFolder(folder)
  assert.equal(readdirSync(folder), ['in-use'])
  again()
})

test('another process keeps it as long as it lives, however it ends', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const child = fork(fileURLToPath(new URL('../../support/claiming-process.js', import.meta.url)), [folder])
  cleanup.after(() => child.kill('SIGKILL'))
  await once(child, 'message')
  assert.throws(() => claimFolder(folder), new RegExp(`process ${child.pid}$`))
  child.kill('SIGKILL')
  await once(child, 'exit')
  claimFolder(folder)()
  assert.is(existsSync(join(folder, 'in-use')), false)
})

const left: readonly (readonly [what: string, content: string])[] = [
  ['a process that is no more', '999999999 20\n'],
  ['this process, by a descriptor that is none', `${process.pid} 99999\n`],
  ['this process, by the descriptor of something else', `${process.pid} 1\n`],
  ['nobody', ''],
]
for (const [what, content] of left) {
  test(`what was left by ${what} is in nobody’s way`, (cleanup) => {
    const folder = temporaryFolder(cleanup)
    writeFileSync(join(folder, 'in-use'), content)
    const release = claimFolder(folder)
    assert.throws(() => claimFolder(folder), /is used by another broker/)
    release()
    assert.equal(readdirSync(folder), [])
  })
}

test.run()
