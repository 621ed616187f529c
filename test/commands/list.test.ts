import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { commands, named } from '../../src/commands/list.ts'
import { suite } from '../support/suite.ts'

const test = suite('list of commands')

test('only the command that is called is loaded, or whose help is asked for', () => {
  const names = (...words: string[]) => named(words).map(({ name }) => name)
  assert.equal(names('plugin', 'check', 'config'), ['plugin'])
  assert.equal(names('help', 'config'), ['config'])
  assert.equal(names('--rest-port', '0'), [])
  assert.equal(names('start', 'plugin'), [])
  assert.equal(names(), [])
})

test('every command describes itself, and says what each of its flags is for', async () => {
  for (const { name, load } of commands) {
    const command = new Command(name)
    ;(await load()).describe(command, async () => {})
    for (const one of [command, ...command.commands]) {
      for (const { flags, description } of one.options) assert.ok(description, `${one.name()} ${flags}`)
    }
  }
})

test.run()
