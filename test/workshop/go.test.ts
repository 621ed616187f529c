/** Plugins of the standard Go compiler, whose runtime was not made to be called: memory does not grow with records. */
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { pluginDefaults } from '../../src/plugins/plugin-settings.ts'
import { batchOf, Trial } from '../../src/workshop/trial.ts'
import { testCachePath } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'
import { missingFor, silentShell, terminal, workshopFolder } from '../support/workshop.ts'

const test = suite('a plugin in Go', 300, missingFor('go'))

const recordsPerBatch = 500
const batches = 240
const warmBatches = 60

test('takes no more memory after 120000 records than after 30000', async (cleanup) => {
  const folder = workshopFolder(cleanup)
  const { code, out } = await terminal(folder, 'blink plugin new soaked --lang go; blink plugin build soaked', cleanup)
  assert.is(code, 0, out)
  const plugin = { ...pluginDefaults, name: 'soaked', path: join(folder, 'soaked', 'soaked.wasm') }
  const asked = { plugin, folder, trustedKeys: [], cachePath: testCachePath, isGranted: true }
  const trial = await Trial.start(asked, silentShell(folder))
  cleanup.after(() => trial.close())
  const headers = [{ key: 'trace', value: Buffer.from('7f') }]
  // Sizes that differ, and every fifth record refused, so that reasons are written as well.
  const records = Array.from({ length: recordsPerBatch }, (_, at) => {
    const value = at % 5 === 0 ? null : Buffer.alloc((at * 37) % 3000, 'x')
    return { key: Buffer.from(`key ${at}`), value, headers, timestamp: at }
  })
  const batch = { topic: 'soaked', partition: 0, client: { id: 'test', principal: null }, ...batchOf(records) }
  let warmBytes = 0
  for (let round = 1; round <= batches; round++) {
    const { outcomes } = await trial.judge(batch)
    const refused = outcomes.filter(({ verdict, reason }) => verdict === 'reject' && reason === 'the value is empty')
    assert.is(refused.length, outcomes.filter(({ verdict }) => verdict !== 'accept').length)
    assert.ok(refused.length >= recordsPerBatch / 5)
    if (round === warmBatches) warmBytes = trial.status.memoryBytes
  }
  assert.ok(warmBytes > 0)
  assert.is(trial.status.restarts, 0)
  assert.ok(trial.status.memoryBytes <= warmBytes, `from ${warmBytes} to ${trial.status.memoryBytes} bytes`)
})

test.run()
