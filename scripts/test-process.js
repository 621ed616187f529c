/**
 * Runs test files one after another, each as in a process of its own: a file is over when nothing is left to wait for,
 * as a process would be. Then a line with the mark and its exit code is written, and the next one begins. The end of
 * the last file is the end of this process, and one that crashes, or waits for what never comes, takes it along.
 */
import { pathToFileURL } from 'node:url'

const unsettledCode = 13 // As Node ends when a module still waits.

const [mark, ...files] = process.argv.slice(2)
const shared = /** @type {{ UVU_DEFER?: boolean, UVU_QUEUE?: unknown[][] }} */ (globalThis)
// One stream, so that it is known to which file a line belongs.
process.stderr.write = process.stdout.write.bind(process.stdout)
shared.UVU_DEFER = true // Suites wait for `exec`.
const { exec } = await import('uvu')

let isSettled = true
process.on('beforeExit', () => {
  if (!isSettled) process.exit(unsettledCode)
  if (files.length === 0) return
  process.stdout.write(`\n${mark} ${process.exitCode ?? 0}\n`)
  process.exitCode = undefined
  // From the event loop: Node ends without asking again when all of a file is done within this very event.
  setImmediate(next)
})
next()

async function next() {
  const file = /** @type {string} */ (files.shift())
  isSettled = false
  shared.UVU_QUEUE?.splice(0, Infinity, [null])
  await import(pathToFileURL(file).href)
  await exec()
  isSettled = true
}
