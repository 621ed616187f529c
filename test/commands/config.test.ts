import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { printSettingsFile } from '../../src/settings/reference.ts'
import { terminal } from '../support/commands.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/workshop-shell.ts'

const test = suite('blink config')

async function asked(cleanup: Cleanup, words: readonly string[], env: Record<string, string> = {}, yaml?: string) {
  const folder = temporaryFolder(cleanup)
  if (yaml !== undefined) writeFileSync(join(folder, 'settings.yaml'), yaml)
  return terminal(cleanup).ask(['config', ...words], { shell: { folder, env } })
}

test('alone it prints the reference', async (cleanup) => {
  assert.is((await asked(cleanup, [])).out, printSettingsFile())
  assert.match((await asked(cleanup, ['--markdown'])).out, /^\| Setting \| Default \| Meaning \|\n/)
})

test('what holds, and where each comes from, the strongest source first', async (cleanup) => {
  const yaml = 'rest_port: 1\nretention: 5m\nplugins: [{ path: a.wasm, config: { password: hunter2 } }]\n'
  const env = { REST_PORT: '2', ADMIN_TOKEN: 'secret-token', KAFKA_MEM_HEAP: '1GB' }
  const { out, code } = await asked(cleanup, ['--effective'], env, yaml)
  assert.is(code, 0)
  assert.match(out, /^rest_port +2 +environment REST_PORT$/m)
  assert.match(out, /^retention +5m +settings\.yaml$/m)
  assert.match(out, /^max_memory +1GB +environment KAFKA_MEM_HEAP$/m)
  assert.match(out, /^broker_ports +\[9092\] +default$/m)
  assert.match(out, /^admin_token +\(hidden\) +environment ADMIN_TOKEN$/m)
  const changed = await asked(cleanup, ['--changed', '--json'], env, yaml)
  assert.equal(
    changed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).setting)
      .sort(),
    ['admin_token', 'max_memory', 'plugins', 'rest_port', 'retention'],
  )
  assert.not.match(out + changed.out, /secret-token|hunter2/)
})

test('a settings file that is named is looked at', async (cleanup) => {
  assert.match(
    (await asked(cleanup, ['-s', 'settings.yaml'], {}, 'rest_port: 1\n')).out,
    /^rest_port +1 +settings\.yaml$/m,
  )
  const { code, told } = await asked(cleanup, ['-s', 'nowhere.yaml'])
  assert.is(code, 2)
  assert.match(told[0]!, /^blink: nowhere\.yaml: there is no such file; /)
})

test('nothing was set; or what was, is wrong', async (cleanup) => {
  assert.equal((await asked(cleanup, ['--changed'])).told, ['all is as it is by default'])
  const { code, told } = await asked(cleanup, ['--effective'], {}, 'rest_port: 70000\n')
  assert.is(code, 2)
  assert.match(told[0]!, /^blink: settings\.yaml: rest_port is 70000; use 0–65535$/)
})

test.run()
