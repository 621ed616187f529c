import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { fitting } from '../../src/commands/completion.ts'
import { commands } from '../../src/commands/list.ts'
import { clientOf } from '../support/client.ts'
import { terminal } from '../support/commands.ts'
import { start } from '../support/running.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder, testShell } from '../support/workshop-shell.ts'

const test = suite('blink completion', 15)

test('commands, their flags and what may follow them', async (cleanup) => {
  const shell = testShell(cleanup, { env: { BLINK_BROKER: '127.0.0.1:1' } })
  const complete = (...words: string[]) => {
    const program = new Command('blink')
    for (const { name } of commands) program.command(name)
    return fitting(words, program, shell)
  }
  assert.equal(await complete('to'), ['topics'])
  assert.ok((await complete('')).includes('start'))
  assert.equal(await complete('--rest'), ['--rest-port'])
  assert.equal(await complete('start', '--rest'), ['--rest-port'])
  assert.equal(await complete('topics', 'de'), ['delete', 'describe'])
  assert.equal(await complete('topics', 'create', '--part'), ['--partitions'])
  assert.equal(await complete('produce', 't', '-z', 'l'), ['lz4'])
  assert.equal(await complete('plugins', 'load', ''), [':files'])
  assert.equal(await complete('consume', '-s', ''), [':files'])
  assert.equal(await complete('groups', 'list', '-X', 'security.protocol=SASL_S'), ['security.protocol=SASL_SSL'])
  assert.equal(await complete('groups', 'list', '--property', 'ssl.k'), ['ssl.key.location='])
  assert.equal(await complete('acls', 'add', 'User:a', '--host', 'h', 'topic:t', 'read', 'wr'), ['write'])
  assert.equal(await complete('acls', 'list', '--operation', 'alter-'), ['alter-configs'])
  assert.equal(await complete('produce', 't', ''), [':files'])
  assert.equal(await complete('consume', 'x'), [], 'no broker, no topics')
  assert.equal(await complete('help', 'gr'), ['groups'])
  assert.equal(await complete('nonsense', 'x'), [])
})

test('each flag of each command is offered', async (cleanup) => {
  const shell = testShell(cleanup, { env: { BLINK_BROKER: '127.0.0.1:1' } })
  for (const { name, load } of commands) {
    const command = new Command(name)
    ;(await load()).describe(command, async () => {})
    const all = command.commands.length > 0 ? command.commands : [command]
    for (const one of all) {
      const program = new Command('blink')
      for (const listed of commands) program.command(listed.name)
      if (name === 'completion') continue
      const words = one === command ? [name, '--'] : [name, one.name(), '--']
      const flags = one.options.map(({ long }) => long!).sort()
      assert.equal(await fitting(words, program, shell), flags, words.join(' '))
    }
  }
})

test('topics and groups that a broker knows', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, bootTopics: ['orders', 'others', 'x'] })
  const { out } = terminal(cleanup, { brokers })
  await out('groups', 'reset', 'billing', '--to', 'latest', '-t', 'orders')
  clientOf(cleanup, brokers)
  const shell = testShell(cleanup, { env: { BLINK_BROKER: brokers[0] } })
  const complete = (...words: string[]) => {
    const program = new Command('blink')
    for (const { name } of commands) program.command(name)
    return fitting(words, program, shell)
  }
  assert.equal(await complete('consume', 'o'), ['orders', 'others'])
  assert.equal(await complete('groups', 'lag', ''), ['billing'])
  assert.equal(await complete('consume', 'orders', '--group', 'b'), ['billing'])
})

/** What is typed, and how a shell says what it would offer; of zsh, what its own `compadd` would be given. */
const shells: Readonly<Record<string, string>> = {
  bash: `COMP_WORDS=(blink topics de); COMP_CWORD=2; _blink; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: `compadd() { print -rl -- \${(P)2} }; words=(blink topics de); CURRENT=3; _blink`,
  fish: "complete -C 'blink topics de'",
}
for (const [name, typed] of Object.entries(shells)) {
  if (spawnSync(name, ['--version']).status !== 0) continue
  test(`in ${name}`, async (cleanup) => {
    const script = await terminal(cleanup).out('completion', name)
    const folder = temporaryFolder(cleanup)
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'blink'), `#!/bin/sh\nprintf 'de_%s\\n' "$*" | tr ' ' '_'\nprintf 'de_two\\n'\n`)
    chmodSync(join(bin, 'blink'), 0o755)
    const before = name === 'zsh' ? 'compdef() {}\n' : ''
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder }
    const { stdout, stderr } = spawnSync(name, ['-c', `${before}${script}\n${typed}`], { env, encoding: 'utf8' })
    assert.is(stdout, 'de_completion_words_--_topics_de\nde_two\n', stderr)
  })
}

test('another shell is refused with those there are', async (cleanup) => {
  const { code, told } = await terminal(cleanup).blink('completion', 'powershell')
  assert.is(code, 2)
  assert.match(told.join('\n'), /Allowed choices are bash, zsh, fish/)
})

test.run()
