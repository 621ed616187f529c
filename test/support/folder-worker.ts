/** A thread that does one thing in a plugin's shared folder, over and over or for ever, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../src/base/clock.ts'
import { KeyvalueStore } from '../../src/plugins/capabilities/keyvalue-store.ts'
import { SharedFolder, type Turned } from '../../src/plugins/capabilities/shared-folder.ts'
import { Database } from '../../src/plugins/capabilities/sqlite/database.ts'
import { Library } from '../../src/plugins/capabilities/sqlite/library.ts'

export type FolderTask =
  | { readonly name: 'hold'; readonly what: Turned }
  | { readonly name: 'increment'; readonly times: number }
  | { readonly name: 'increment-sql'; readonly times: number }
  | { readonly name: 'insert-sql' }
  | { readonly name: 'fill' }

export interface FolderStart {
  readonly path: string
  readonly shared: SharedArrayBuffer
  readonly task: FolderTask
}

const { path, shared, task }: FolderStart = workerData
const folder = new SharedFolder(path, shared)

switch (task.name) {
  case 'hold':
    folder.take(task.what, 1000)
    parentPort!.postMessage('holds')
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  case 'increment': {
    const store = new KeyvalueStore(folder, 1 << 20, () => {})
    for (let time = 0; time < task.times; time++) {
      store.decide('count', (value) => [Buffer.from(String(Number(Buffer.from(value ?? '0').toString()) + 1)), null])
    }
    parentPort!.postMessage('done')
    break
  }
  case 'increment-sql': {
    const database = openDatabase()
    for (let time = 0; time < task.times; time++) database.execute('update counts set n = n + 1', [])
    parentPort!.postMessage('done')
    break
  }
  case 'insert-sql': {
    const database = openDatabase()
    const series = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)'
    for (let time = 0; ; time++) {
      database.execute(`insert into t ${series} select zeroblob(100) from n`, [])
      if (time === 0) parentPort!.postMessage('inserts')
    }
  }
  case 'fill': {
    const store = new KeyvalueStore(folder, 1 << 24, () => {})
    // Both keys always have the same value: it is one change.
    for (let time = 0; ; time++) {
      const value = Buffer.alloc(1 + (time % 5000), String(time % 10))
      store.change([
        ['a', value],
        ['b', value],
      ])
      if (time === 0) parentPort!.postMessage('fills')
    }
  }
}

function openDatabase(): Database {
  const file = { path: `${path}/sql.db`, folder, clock: systemClock, busyTimeoutMs: 5000 }
  return new Database(new Library(), file, { bytesMax: 1 << 28, rowsMax: 10, timeoutMs: 5000 })
}
