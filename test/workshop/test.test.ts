/** What a plugin says of records, in a table, and how the command ends. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { PluginStartError } from '../../src/plugins/host.ts'
import type { PluginSettings } from '../../src/plugins/plugin-settings.ts'
import { nearLimits, testPlugin } from '../../src/workshop/test.ts'
import { accept, chaos, component, pluginModule } from '../support/components.ts'
import { chaosOfBatches } from '../support/components-0-2.ts'
import { rejection } from '../support/plugins.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { askedWith, testShell, written } from '../support/workshop-shell.ts'

const test = suite('workshop: test', 20)

type Options = Partial<PluginSettings> & { readonly json?: boolean }

async function tried(
  cleanup: Cleanup,
  file: string,
  lines: readonly unknown[],
  { json = false, ...rest }: Options = {},
) {
  const shell = testShell(cleanup)
  const records = written(shell.folder, 'records.jsonl', lines)
  const code = await testPlugin({ asked: askedWith(file, rest), records, json }, shell)
  return { code, lines: shell.answer, told: shell.told }
}

test('every verdict, with what goes with it', async (cleanup) => {
  const { code, lines } = await tried(cleanup, await chaosOfBatches(), [
    { value: 'fine', expect: 'accept' },
    { key: 'k', value: 'nno', expect: { verdict: 'reject', reason: 'no' } },
    { value: 'd', expect: 'drop' },
    {
      value: 'rnew',
      headers: { a: 'b' },
      expect: { verdict: 'replace', record: { value: 'new', headers: { a: 'b' } } },
    },
    { value: 't20', expect: { verdict: 'throttle', ms: 20 } },
    { value: 'lsaid' },
  ])
  assert.is(code, 0, lines.join('\n'))
  assert.match(lines[1]!, /^ +1 +fine +accept +[\d.]+ [mµ]s$/)
  assert.match(lines[2]!, /^ +2 +k = nno +reject +[\d.]+ [mµ]s +no$/)
  assert.match(lines[4]!, /replace .* → new \{ a: b \}$/)
  assert.match(lines[5]!, /throttle .* send nothing for 20 ms$/)
  assert.match(lines[6]!, /accept .* info: context: said$/)
  assert.is(lines[7], '6 records, all as expected')
})

test('what differs is said, and is the code 1', async (cleanup) => {
  const { code, lines } = await tried(cleanup, await chaos(), [{ value: 'n', expect: 'accept' }, { value: 'a' }])
  assert.is(code, 1)
  assert.match(lines[1]!, /reject/)
  assert.ok(lines.some((line) => / ✗ expected accept$/.test(line)))
  assert.is(lines.at(-1), '2 records, 1 not as expected')
})

test('after a failure the next record finds a plugin that runs', async (cleanup) => {
  const records = [
    { value: 'T', expect: 'fail' },
    { value: 'T', expect: 'fail' },
    { value: 'a', expect: 'accept' },
  ]
  const { code, lines } = await tried(cleanup, await chaos(), records, { maxFailures: 1, onError: 'accept' })
  assert.is(code, 0, lines.join('\n'))
  assert.match(lines.join('\n'), /on-record failed \(trap\)/)
})

test('for programs each record is a line', async (cleanup) => {
  const records = [{ value: 'N', expect: 'accept' }]
  const { lines } = await tried(cleanup, await chaos(), records, { json: true })
  const { verdict, reason, differs, line, lines: logged } = JSON.parse(lines[0]!)
  assert.equal([lines.length, line, verdict, reason], [1, 1, 'reject', 'the value says no'])
  assert.equal(differs, ['expected accept'])
  assert.equal(logged, ['warn: the value says no'])
})

test('a plugin for other topics is not asked', async (cleanup) => {
  const records = [{ topic: 'other', value: 'n', expect: 'accept' }]
  assert.is((await tried(cleanup, await chaos(), records, { topics: ['orders'] })).code, 0)
})

test('one that does not start is refused as the broker would', async (cleanup) => {
  const file = await chaosOfBatches()
  const error = await rejection(tried(cleanup, file, [{ value: 'a' }], { config: { refuse: 'not so' } }))
  assert.instance(error, PluginStartError)
  assert.match(error.message, 'not so')
})

test('what comes near a limit is told, with its setting', async (cleanup) => {
  const file = await component(pluginModule({ memoryPages: 40, onRecord: accept }))
  const { told } = await tried(cleanup, file, [{ value: 'a' }], { maxMemoryBytes: 50 * 65_536 })
  assert.match(told.join('\n'), /it takes 2\.5 MiB of the 3\.1 MiB that it may have: raise max_memory/)
  const results = [{ tookMs: 600, record: { line: 3 } }] as never
  const [time] = nearLimits(results, 0, { maxMemoryBytes: 1, timeoutMs: 1000 })
  assert.match(time!, /^line 3 took 600\.0 ms of the 1\.00 s that a whole batch may take: raise timeout/)
})

test('what it keeps is gone afterwards, and no record is needed to be read twice', async (cleanup) => {
  const shell = testShell(cleanup)
  const records = written(shell.folder, 'r.jsonl', [{ value: 'a' }])
  chmodSync(records, 0o400)
  assert.is(await testPlugin({ asked: askedWith(await chaos()), records }, shell), 0)
  assert.is(await testPlugin({ asked: askedWith(await chaos()), records: join('.', 'r.jsonl') }, shell), 0)
})

test.run()
