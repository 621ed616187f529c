/**
 * uvu with what a broker's tests need: a time limit, because a broker's favourite failure is silence, and the clean-up
 * of whatever a test started, in reverse order, whether it passed or not.
 */
import { type Callback, suite as uvuSuite } from 'uvu'

export interface Cleanup {
  /** Runs after the test, last registered first. */
  after(run: () => unknown): void
}

type Run = (cleanup: Cleanup) => unknown

/**
 * `missing` names what the tests need and this machine lacks: then each is counted as skipped, and the reason printed.
 */
export function suite(name: string, limitSeconds = 5, missing: string | null = null) {
  const test = uvuSuite(name)
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
  const limited =
    (run: Run): Callback =>
    async () => {
      const undo: (() => unknown)[] = []
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`still running after ${limitSeconds} s`)), 1000 * limitSeconds)
      })
      const ran = (async () => run({ after: (step) => undo.push(step) }))()
      const failures: unknown[] = []
      const failed = (error: unknown) => void failures.push(error)
      await Promise.race([ran, late]).catch(failed)
      clearTimeout(timer)
      // One that fails must not keep what is left from being stopped, nor hide why the test failed.
      for (const step of undo.reverse()) await (async () => step())().catch(failed)
      const [first, ...others] = failures
      for (const error of others)
        process.stdout.write(`then, cleaning up: ${error instanceof Error ? error.stack : error}\n`)
      if (failures.length > 0) throw first
    }
  const timed = (title: string, run: Run) => (missing === null ? test(title, limited(run)) : test.skip())
  return Object.assign(timed, {
    /** Of what only Blink has: not where BROKER names another one. */
    ofBlink: (title: string, run: Run) => (process.env['BROKER'] === undefined ? timed(title, run) : test.skip()),
    only: (title: string, run: Run) => test.only(title, limited(run)),
    run: test.run,
  })
}
