/**
 * Components of tests transpiled ahead of their use, into the cache of the tests. The broker takes a new process for
 * each; tests, which have dozens, keep one, whose code is only compiled once and never optimized: a third of the work.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { silent } from '../../src/base/logger.ts'
import { Cache } from '../../src/plugins/loading/cache.ts'
import { entryUrl } from '../../src/plugins/entries/entry.ts'
import { bindgenVersion, optionsVersion, type TranspileAnswer } from '../../src/plugins/loading/transpile.ts'
import { testCachePath } from './plugins.ts'

let worker: ChildProcess | undefined
let last: Promise<unknown> = Promise.resolve()

/** What it refuses, the broker will, too. */
export async function transpileAhead(component: Uint8Array): Promise<void> {
  const answer = await askKept(component)
  if ('error' in answer) return
  const hash = createHash('sha256').update(component).digest('hex')
  const files = new Map(answer.files.map(([name, bytes]) => [name, Buffer.from(bytes)]))
  await new Cache(testCachePath, silent).write(`${hash}-${bindgenVersion}-${optionsVersion}`, files)
}

/** One after another, as the worker's answers do not say to what they are. */
export function askKept(component: Uint8Array): Promise<TranspileAnswer> {
  const done = last.then(() => askNow(component))
  last = done.catch(() => {})
  return done
}

async function askNow(component: Uint8Array): Promise<TranspileAnswer> {
  worker ??= newWorker()
  worker.ref()
  worker.channel!.ref()
  const answered = Promise.race([once(worker, 'message'), once(worker, 'exit').then(([code]) => crashed(code))])
  worker.send(component)
  const [answer] = (await answered) as [TranspileAnswer]
  worker.unref()
  worker.channel!.unref()
  return answer
}

function crashed(code: number | null): never {
  worker = undefined
  throw new Error(`the process that transpiles ended with code ${code}`)
}

/** Ends with this process, whose end closes the channel. */
function newWorker(): ChildProcess {
  const execArgv = ['--liftoff-only', '--wasm-lazy-compilation']
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as ['ignore', 'ignore', 'ignore', 'ipc']
  return fork(fileURLToPath(entryUrl('transpile-worker')), { execArgv, serialization: 'advanced', stdio })
}
