/** Commands as processes of their own: what only a process has, its streams, its signals and its end. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { clientOf, produced } from '../support/client.ts'
import { start, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('commands as processes', 20)
const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url))

function shell({ after }: Cleanup, line: string, env: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env
  const child = spawn(
    'bash',
    ['-c', `set -o pipefail; blink() { exec "${process.execPath}" "${cli}" "$@"; }; ${line}`],
    {
      env: { PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const said = { out: '', errors: '', child, ended: new Promise<number | null>((end) => child.on('close', end)) }
  child.stdout.setEncoding('utf8').on('data', (text) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (said.errors += text))
  after(() => child.kill('SIGKILL'))
  return said
}

async function filled(cleanup: Cleanup) {
  const { brokers } = await start(cleanup, { restPort: null })
  await produced(clientOf(cleanup, brokers), 't', ['a', 'b', 'c'])
  return { BLINK_BROKER: brokers[0]! }
}

test('a reader that has enough ends it quietly, and standard input is read', async (cleanup) => {
  const env = await filled(cleanup)
  const { ended, errors, out } = await settled(
    shell(cleanup, 'seq 30000 | (blink produce t) && (blink consume t) | head -n 2', env),
  )
  assert.equal([await ended, out], [0, 'a\nb\n'])
  assert.match(errors, /^30000 records in t, partition 0 at offsets 3 to 30002\n$/)
})

test('Ctrl-C ends what follows, with code 0; and nobody being there is code 3', async (cleanup) => {
  const env = await filled(cleanup)
  const following = shell(cleanup, 'blink consume t', env)
  await until('it has read', () => following.out === 'a\nb\nc\n')
  following.child.kill('SIGINT')
  assert.equal([await following.ended, following.errors], [0, ''])
  const lost = await settled(shell(cleanup, 'blink topics list --broker 127.0.0.1:1', {}))
  assert.is(await lost.ended, 3)
  assert.match(lost.errors, /^blink: no connection to 127\.0\.0\.1:1: .*\n$/)
})

async function settled<T extends { readonly ended: Promise<unknown> }>(said: T): Promise<T> {
  await said.ended
  return said
}

test.run()
