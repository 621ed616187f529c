/**
 * A plugin's folder belongs to one broker at a time: its instances take turns by memory that they share, of which
 * another broker knows nothing. Node has no locks on files, so there is a file that says who has the folder: a process,
 * and the descriptor by which it holds that very file open. A process that was killed holds nothing open, so that what
 * it left is in nobody's way.
 *
 * Not seen: brokers on different machines, or in containers of their own, that share a disk; and any two where the file
 * system has no links.
 */
import { randomUUID } from 'node:crypto'
import {
  type BigIntStats,
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const fileName = 'in-use'
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']
/** Others may come and go while one looks. */
const attemptsMax = 10

/** Gives the folder back. */
export type Release = () => void

export class FolderTaken extends Error {
  override readonly name = 'FolderTaken'
  constructor(folder: string, processId: number) {
    super(`${folder} is used by another broker, in process ${processId}`)
  }
}

/** Throws FolderTaken. */
export function claimFolder(folder: string): Release {
  const path = join(folder, fileName)
  const own = `${path}.${randomUUID()}`
  const descriptor = openSync(own, 'wx', 0o600)
  try {
    writeSync(descriptor, `${process.pid} ${descriptor}\n`)
    place(own, path, folder)
  } catch (error) {
    closeSync(descriptor)
    throw error
  } finally {
    rmSync(own, { force: true })
  }
  return () => {
    removeIf(path, (found) => isSame(found, fstatSync(descriptor, { bigint: true })))
    closeSync(descriptor)
  }
}

/** By a link, which appears with what is in it, or not at all. */
function place(own: string, path: string, folder: string): void {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    try {
      linkSync(own, path)
      return
    } catch (error) {
      const code = codeOf(error)
      if (withoutLinks.includes(code)) return
      if (code !== 'EEXIST') throw error
    }
    const holder = holderOf(path)
    if (holder === null) continue
    if (isAlive(holder)) throw new FolderTaken(folder, holder.processId)
    removeIf(path, (found) => isSame(found, holder.file))
  }
  throw new Error(`${folder} is claimed by brokers that come and go: start them one after another`)
}

interface Holder {
  readonly processId: number
  readonly descriptor: number
  readonly file: BigIntStats
}

/** Null when the file is gone. */
function holderOf(path: string): Holder | null {
  try {
    const file = statSync(path, { bigint: true })
    const [processId = 0, descriptor = -1] = readFileSync(path, 'utf8').split(' ').map(Number)
    return { processId, descriptor, file }
  } catch {
    return null
  }
}

function isAlive({ processId, descriptor, file }: Holder): boolean {
  if (!(processId > 0)) return false
  if (processId === process.pid)
    return isSame(
      statsOr(null, () => fstatSync(descriptor, { bigint: true })),
      file,
    )
  try {
    process.kill(processId, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
  if (process.platform !== 'linux') return true
  // The number of a process that was killed may be another's by now.
  return isSame(
    statsOr(file, () => statSync(`/proc/${processId}/fd/${descriptor}`, { bigint: true })),
    file,
  )
}

/** What is not to be known is `unknown`; what is not there is null. */
function statsOr(unknown: BigIntStats | null, look: () => BigIntStats): BigIntStats | null {
  try {
    return look()
  } catch (error) {
    return ['ENOENT', 'EBADF'].includes(codeOf(error)) ? null : unknown
  }
}

function isSame(one: BigIntStats | null, other: BigIntStats): boolean {
  return one !== null && one.ino === other.ino && one.dev === other.dev
}

/** Moved aside first: by then it may be another broker's, who gets it back. */
function removeIf(path: string, isMeant: (found: BigIntStats) => boolean): void {
  const aside = `${path}.${randomUUID()}`
  try {
    if (!isMeant(statSync(path, { bigint: true }))) return
    renameSync(path, aside)
    if (!isMeant(statSync(aside, { bigint: true }))) linkSync(aside, path)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error))) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}
