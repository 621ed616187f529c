/** Threads, and a process, that share a plugin's folder with the test. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FolderTask } from './folder-worker.ts'
import type { Cleanup } from './suite.ts'

/** Answers when it holds, fills, or is done. */
export async function startFolderThread(
  cleanup: Cleanup,
  path: string,
  shared: SharedArrayBuffer,
  task: FolderTask,
): Promise<Worker> {
  const worker = new Worker(new URL('./folder-worker.js', import.meta.url), { workerData: { path, shared, task } })
  cleanup.after(() => worker.terminate())
  await once(worker, 'message')
  return worker
}

/** A process of its own that fills the store until it is killed, which it is after so many milliseconds. */
export async function killedWhileFilling(path: string, afterMs: number): Promise<void> {
  const child = fork(fileURLToPath(new URL('./folder-process.js', import.meta.url)), [path])
  await once(child, 'message')
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await once(child, 'exit')
}
