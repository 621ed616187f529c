/** A process of our own that is asked one thing, answers once and is ended: what it took of memory goes with it. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Entry, entryUrl } from '../entries/entry.ts'
import { Unfit } from './plugin-start-error.ts'

/** What has not answered by then is stuck, or made to be: a component may be small and take for ever to compile. */
export const answerTimeoutMs = 60_000

const whyKilled = 'takes too long to compile, or too much memory: build it anew, or smaller'

export async function oneAnswer<Answer>(entry: Entry, question: object, timeoutMs = answerTimeoutMs): Promise<Answer> {
  const child = fork(fileURLToPath(entryUrl(entry)), {
    execArgv: [],
    serialization: 'advanced', // Bytes travel as bytes.
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    return await new Promise<Answer>((resolve, reject) => {
      child.once('message', (answer) => resolve(answer as Answer))
      child.once('error', reject)
      child.once('exit', (code, signal) =>
        reject(signal !== null ? new Unfit(whyKilled) : new Error(`the process ${entry} ended with code ${code}`)),
      )
      child.send(question)
    })
  } finally {
    child.kill()
  }
}
