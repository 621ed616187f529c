/**
 * Holds a plugin's config against the JSON Schema that the plugin itself gave. A schema is a program of sorts, by
 * somebody who is not trusted: regular expressions that never end, nesting without measure. So the check runs in a
 * thread that is ended when it takes too long, and ajv is loaded there alone.
 */
import { Worker } from 'node:worker_threads'
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { entryUrl } from '../entries/entry.ts'

export const checkTimeoutMs = 3000
const checkMemoryMebibytesMax = 64

export interface ConfigQuestion {
  readonly schema: string
  readonly config: unknown
}

/** Null when the config fits; otherwise one sentence, without the values: they may be secrets. */
export async function configComplaint(
  schema: string,
  config: unknown,
  clock: Clock = systemClock,
): Promise<string | null> {
  const worker = new Worker(entryUrl('config-check-worker'), {
    workerData: { schema, config } satisfies ConfigQuestion,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: checkMemoryMebibytesMax },
  })
  const unanswered = 'the config cannot be checked: the config schema of the plugin'
  let limit: Timer | undefined
  try {
    return await new Promise<string | null>((resolve) => {
      limit = clock.after(checkTimeoutMs, () => resolve(`${unanswered} takes longer than ${checkTimeoutMs} ms`))
      worker.once('message', resolve)
      worker.once('error', ({ message }) => resolve(`${unanswered} makes the check fail: ${message}`))
      worker.once('exit', (code) => resolve(`${unanswered} ends the check with code ${code}`))
    })
  } finally {
    limit?.cancel()
    await worker.terminate()
  }
}
