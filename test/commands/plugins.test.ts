import { resolve } from 'node:path'
import * as assert from 'uvu/assert'
import { terminal } from '../support/commands.ts'
import { guardPath, plugin, start, type Starting, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('blink plugins', 20)

async function opened(cleanup: Cleanup, settings: Starting = {}) {
  const { broker, brokers } = await start(cleanup, { plugins: [plugin(guardPath, { name: 'guard' })], ...settings })
  return terminal(cleanup, { brokers, http: `127.0.0.1:${broker.httpPort}` })
}

test('they are listed, shown, disabled, enabled, reloaded and unloaded', async (cleanup) => {
  const { ask, blink, out } = await opened(cleanup)
  await ask(['produce', 't'], { input: 'a\n\n' })
  assert.match(
    await out('plugins', 'list'),
    /^plugin +state +accepted +refused +failed +file\nguard +running +2 +1 +0 +\S+\n$/,
  )
  assert.match(
    await out('plugins', 'show', 'guard'),
    /^guard\n {2}state +running\n.*^ {2}records +2 accepted, 1 refused$/ms,
  )
  assert.equal((await blink('plugins', 'disable', 'guard')).told, ['guard is disabled'])
  assert.equal((await blink('plugins', 'enable', 'guard')).told, ['guard is running'])
  assert.equal((await blink('plugins', 'reload', 'guard')).told, ['guard is running'])
  assert.equal((await blink('plugins', 'unload', 'guard')).told, ['unloaded guard'])
  assert.equal((await blink('plugins', 'list')).told, ['no plugins'])
  const loaded = await blink('plugins', 'load', resolve(guardPath), '--name', 'again', '--set', 'priority=7')
  assert.equal(loaded.told, ['again is running'])
  assert.is(JSON.parse(await out('plugins', 'show', 'again', '--json')).priority, 7)
})

test('what one says is shown, and followed until it is unloaded', async (cleanup) => {
  const { ask, blink, out } = await opened(cleanup)
  assert.match(await out('plugins', 'logs', 'guard', '-n', '1'), /^\S+Z INFO +Guarding against empty values/)
  let seen = ''
  const following = ask(['plugins', 'logs', 'guard', '--follow', '--json'], {
    shell: { out: (line) => (seen += line) },
  })
  await until('its first line is printed', () => seen !== '')
  assert.match(JSON.parse(seen).message, /^Guarding/)
  await blink('plugins', 'unload', 'guard')
  const { code, told } = await following
  assert.equal([code, told], [0, ['blink: the plugin was unloaded']])
})

test('what is wrong is told in a line, with the code of its kind', async (cleanup) => {
  const { blink } = await opened(cleanup, { adminToken: 'secret-token' })
  const unknown = await blink('plugins', 'show', 'x')
  assert.is(unknown.code, 1)
  assert.match(unknown.told[0]!, /^blink: there is no plugin "x"; use one of guard$/)
  assert.match(
    (await blink('plugins', 'disable', 'guard')).told[0]!,
    /needs a token; .*; here: --token, or ADMIN_TOKEN/,
  )
  assert.is((await blink('plugins', 'disable', 'guard', '--token', 'wrong-token')).code, 1)
  assert.is((await blink('plugins', 'disable', 'guard', '--token', 'secret-token')).code, 0)
  const away = await blink('plugins', 'list', '--http', '127.0.0.1:9')
  assert.is(away.code, 3)
  assert.match(away.told[0]!, /^blink: no answer from http:\/\/127\.0\.0\.1:9: .*; is Blink running\?$/)
  assert.is((await blink('plugins', 'list', '--http', 'http://')).code, 2)
})

test.run()
