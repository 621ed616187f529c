/**
 * `blink:plugin/sql`: SQLite, one file for each plugin, shared by its instances and kept when the broker stops.
 *
 * SQLite is loaded when a plugin first calls it: 0.9 MB to compile, about 10 MB of memory in each instance. What was
 * written survives the end of the process, however it ends. It does not wait for the disk, as the broker's own log does
 * not: a power cut may leave a database that has to be deleted.
 */
import { join } from 'node:path'
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { SharedFolder } from './shared-folder.ts'
import { Database, SqlError, type Rows, type Value } from './sqlite/database.ts'
import { Library } from './sqlite/library.ts'

const fileName = 'sql.db'

type Told =
  | { readonly tag: 'statement'; readonly val: string }
  | { readonly tag: 'too-many-rows'; readonly val: number }
  | { readonly tag: 'timeout' | 'full' }

export function sql({ grants, folder, shared, clock, log }: CapabilityEnvironment): Imports {
  if (grants.sql === null || folder === null) return {}
  const limits = grants.sql
  let database: Database | undefined
  const opened = () => {
    database ??= open()
    return database
  }
  const open = () => {
    const own = new SharedFolder(folder, shared)
    const path = join(own.path, fileName)
    try {
      return new Database(new Library(), { path, folder: own, clock, busyTimeoutMs: limits.timeoutMs }, limits)
    } catch (error) {
      log(
        'error',
        `its database ${path} cannot be opened: ${(error as Error).message}; without the file it begins anew`,
      )
      throw error
    }
  }
  return {
    'blink:plugin/sql': {
      query: (statement: string, parameters: readonly Value[]): Rows =>
        told(() => opened().query(statement, parameters)),
      execute: (statement: string, parameters: readonly Value[]): bigint =>
        told(() => opened().execute(statement, parameters)),
    },
  }
}

/** What SQLite says is for the plugin to know; anything else is a bug of ours. */
function told<Value>(run: () => Value): Value {
  try {
    return run()
  } catch (error) {
    throw error instanceof SqlError ? asError(error) : error
  }
}

function asError({ tag, message }: SqlError): Told {
  if (tag === 'statement') return { tag, val: message }
  return tag === 'too-many-rows' ? { tag, val: Number(message) } : { tag }
}
