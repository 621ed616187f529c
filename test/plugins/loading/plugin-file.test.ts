/** Reading the file of a plugin while others may write it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { pluginBytesMax, readPluginFile, readsMax } from '../../../src/plugins/loading/plugin-file.ts'
import { Unfit } from '../../../src/plugins/loading/plugin-start-error.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('files of plugins')

function file(name: string, content: string | Uint8Array, { after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-file-'))
  after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

/** As often as it is read, the next of these. */
function reading(...contents: readonly string[]) {
  let reads = 0
  const whole = () => Buffer.from(contents[Math.min(reads++, contents.length - 1)]!)
  return { whole, holds: (_: string, bytes: Buffer) => whole().equals(bytes), reads: () => reads }
}

function why(file: string, reading?: Parameters<typeof readPluginFile>[1]): string {
  try {
    return `it was read: ${readPluginFile(file, reading)}`
  } catch (error) {
    assert.instance(error, Unfit)
    return (error as Unfit).message
  }
}

test('a file that nobody writes is read as it is', (cleanup) => {
  assert.equal(readPluginFile(file('a.wasm', 'content', cleanup)), Buffer.from('content'))
})

test('a file that is replaced while it is read is read anew', (cleanup) => {
  const replaced = reading('old', 'half', 'new', 'new')
  assert.is(`${readPluginFile(file('a.wasm', '', cleanup), replaced)}`, 'new')
  assert.is(replaced.reads(), 4)
})

test('a file that never stands still is refused', (cleanup) => {
  const path = file('a.wasm', '', cleanup)
  const restless = reading(...Array.from({ length: 99 }, (_, at) => `${at}`))
  const said = why(path, restless)
  assert.is(
    said,
    `changes while it is read: wait until ${path} is written, or write it under another name and rename it`,
  )
  assert.is(restless.reads(), readsMax)
})

test('a file that vanishes between two looks is not there', (cleanup) => {
  const path = file('a.wasm', '', cleanup)
  const holds = () => {
    throw Object.assign(new Error('gone'), { code: 'ENOENT' })
  }
  assert.match(
    why(path, { whole: () => Buffer.from(''), holds }),
    /^was not found: there is no file .*a\.wasm\. Correct its path/,
  )
})

test('what is too large, a folder or a pipe is not read', (cleanup) => {
  const large = file('large.wasm', Buffer.alloc(pluginBytesMax + 1), cleanup)
  assert.match(why(large), /^is too large: 32\.0 MiB of the 32\.0 MiB a plugin may have/)
  assert.match(why(join(large, '..')), /^is a folder: /)
  if (process.platform === 'win32') return
  const pipe = join(large, '..', 'pipe.wasm')
  execFileSync('mkfifo', [pipe])
  assert.is(why(pipe), `is no regular file: name one in place of ${pipe}`)
})

test.run()
