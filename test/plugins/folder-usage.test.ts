import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { FolderUsage } from '../../src/plugins/folder-usage.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('what a folder holds')

function inUse({ after }: Cleanup) {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-usage-'))
  after(() => rmSync(folder, { recursive: true }))
  const clock = new ManualClock()
  const usage = new FolderUsage(clock)
  usage.folder = folder
  return { folder, clock, usage }
}

test('files in it and below count, links and what they lead to do not', async (cleanup) => {
  const { folder, usage } = inUse(cleanup)
  mkdirSync(join(folder, 'deep', 'deeper'), { recursive: true })
  writeFileSync(join(folder, 'one'), 'x'.repeat(10))
  writeFileSync(join(folder, 'deep', 'deeper', 'two'), 'x'.repeat(500))
  symlinkSync('/etc', join(folder, 'link'))
  symlinkSync('/etc/passwd', join(folder, 'deep', 'link'))
  assert.is(await usage.count(), 510)
})

test('who asks gets what was counted last, and has it counted anew when that is some time ago', async (cleanup) => {
  const { folder, clock, usage } = inUse(cleanup)
  writeFileSync(join(folder, 'one'), 'x')
  assert.is(await usage.count(), 1)
  writeFileSync(join(folder, 'two'), 'x')
  clock.advance(4999)
  assert.is(usage.bytes, 1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.is(usage.bytes, 1, 'not yet')
  clock.advance(1)
  assert.is(usage.bytes, 1)
  while (usage.bytes === 1) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.is(usage.bytes, 2)
})

test('a folder that is not there, or none, holds nothing', async () => {
  const usage = new FolderUsage(new ManualClock())
  assert.equal([usage.bytes, await usage.count()], [0, 0])
  usage.folder = '/nowhere/at/all'
  assert.is(await usage.count(), 0)
})

test.run()
