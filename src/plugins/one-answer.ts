/** A process of our own that is asked one thing, answers once and is ended: what it took of memory goes with it. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Entry, entryUrl } from './entry.ts'

export async function oneAnswer<Answer>(entry: Entry, question: object): Promise<Answer> {
  const child = fork(fileURLToPath(entryUrl(entry)), {
    execArgv: [],
    serialization: 'advanced', // Bytes travel as bytes.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    return await new Promise<Answer>((resolve, reject) => {
      child.once('message', (answer) => resolve(answer as Answer))
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`the process ${entry} ended with code ${code}`)))
      child.send(question)
    })
  } finally {
    child.kill()
  }
}
