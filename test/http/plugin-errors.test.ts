/** Refusals of the plugin host as HTTP says them. */
import * as assert from 'uvu/assert'
import { HttpError } from '../../src/http/errors.ts'
import { asked, fromHost, pluginNamed } from '../../src/http/plugin-errors.ts'
import { PluginStartError } from '../../src/plugins/host.ts'
import { FakeAdmin, refusal } from '../support/plugin-admin.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { rejection } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin errors over http')

const refusals: readonly [code: string, status: number, told: string][] = [
  ['unknown_plugin', 404, 'unknown_plugin'],
  ['no_such_hook', 404, 'no_such_hook'],
  ['name_taken', 409, 'name_taken'],
  ['wrong_state', 409, 'wrong_state'],
  ['config_refused', 422, 'config_refused'],
  ['hook_failed', 502, 'plugin_failed'],
]

for (const [code, status, told] of refusals) {
  test(`${code} answers ${status}, with the host's message`, () => {
    const error = fromHost(refusal(code, 'why, and what to do'))
    assert.instance(error, HttpError)
    const { status: answered, body } = error as HttpError
    assert.equal([answered, body], [status, { error: { code: told, message: 'why, and what to do' } }])
  })
}

test('a plugin that does not start answers 422 with the message of a start', () => {
  const error = fromHost(new PluginStartError({ name: 'a', path: 'a.wasm' }, 'does not start'))
  assert.instance(error, HttpError)
  assert.is((error as HttpError).status, 422)
  assert.is((error as HttpError).code, 'plugin_not_started')
  assert.is((error as HttpError).message, "Plugin 'a' (a.wasm) does not start")
})

test('what is no refusal stays what it is', async () => {
  const others = [new Error('a bug'), refusal('ENOENT', 'a file'), refusal('toString', 'inherited'), 'a text']
  for (const other of others) assert.is(fromHost(other), other)
  assert.is(await rejection(asked(() => Promise.reject(others[0]))), others[0])
})

test('an unknown plugin is told of those that there are', () => {
  const said = (admin: FakeAdmin) => {
    try {
      return pluginNamed('x', admin).name
    } catch (error) {
      return (error as Error).message
    }
  }
  assert.is(said(new FakeAdmin([])), 'there is no plugin "x"; none is loaded')
  const two = [pluginStatus({ name: 'a' }), pluginStatus({ name: 'b' })]
  assert.is(said(new FakeAdmin(two)), 'there is no plugin "x"; use one of a, b')
  assert.is(said(new FakeAdmin([pluginStatus({ name: 'x' })])), 'x')
})

test.run()
