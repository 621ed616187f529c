import * as assert from 'uvu/assert'
import * as errors from '../../src/plugins/command-errors.ts'
import { suite } from '../support/suite.ts'

const test = suite('errors of commands')

const table = [
  [new errors.UnknownPlugin('p'), 'unknown_plugin', "there is no plugin 'p'"],
  [
    new errors.NameTaken('p'),
    'name_taken',
    "there is a plugin 'p' already: unload it first, or give this one another name",
  ],
  [new errors.ConfigRefused('p', 'no'), 'config_refused', "plugin 'p' does not take this config: no"],
  [new errors.WrongState('p', 'reset', 'stopped'), 'wrong_state', "plugin 'p' is stopped; it cannot reset"],
  [new errors.NoSuchHook('p', 'on-timer'), 'no_such_hook', "plugin 'p' has no hook on-timer"],
  [new errors.HookFailed('p', 'it trapped'), 'hook_failed', "plugin 'p' did not answer: it trapped"],
] as const

for (const [error, code, message] of table) {
  test(`${error.name} has a code and says what it is about`, () => {
    assert.instance(error, errors.PluginCommandError)
    assert.equal([error.code, error.message, error.name], [code, message, error.constructor.name])
  })
}

test.run()
