/** wasi:filesystem as a component sees it, for tests that call it directly. */
import type { CapabilityEnvironment, Imports } from '../../src/plugins/capabilities/capability-environment.ts'
import { filesystem } from '../../src/plugins/capabilities/wasi/filesystem.ts'

export interface TestStream {
  read(length: bigint): Uint8Array
  write(bytes: Uint8Array): void
}

export interface TestDescriptor {
  readViaStream(offset: bigint): TestStream
  writeViaStream(offset: bigint): TestStream
  appendViaStream(): TestStream
  advise(offset: bigint, length: bigint, advice: string): void
  syncData(): void
  sync(): void
  getFlags(): object
  getType(): string
  setSize(size: bigint): void
  setTimes(access: object, modification: object): void
  setTimesAt(flags: object, path: string, access: object, modification: object): void
  read(length: bigint, offset: bigint): [Uint8Array, boolean]
  write(bytes: Uint8Array, offset: bigint): bigint
  readDirectory(): { readDirectoryEntry(): { type: string; name: string } | undefined }
  createDirectoryAt(path: string): void
  stat(): { type: string; size: bigint; dataModificationTimestamp: { seconds: bigint } }
  statAt(flags: object, path: string): { type: string; size: bigint; dataModificationTimestamp: { seconds: bigint } }
  openAt(pathFlags: object, path: string, openFlags: object, flags: object): TestDescriptor
  linkAt(flags: object, path: string, to: TestDescriptor, newPath: string): void
  symlinkAt(path: string, newPath: string): void
  readlinkAt(path: string): string
  removeDirectoryAt(path: string): void
  unlinkFileAt(path: string): void
  renameAt(path: string, to: TestDescriptor, newPath: string): void
  isSameObject(other: TestDescriptor): boolean
  metadataHash(): object
  metadataHashAt(flags: object, path: string): object
}

/** The descriptor of `/`. */
export function rootFor(environment: CapabilityEnvironment): TestDescriptor {
  const [[root, name]] = preopensOf(filesystem(environment)) as [[TestDescriptor, string]]
  if (name !== '/') throw new Error(`it is seen as ${name}`)
  return root
}

export function preopensOf(imports: Imports): readonly unknown[] {
  return (imports['wasi:filesystem/preopens'] as { getDirectories(): readonly unknown[] }).getDirectories()
}

/** Opened as a program does that reads and writes. */
export function open(folder: TestDescriptor, path: string, create = true): TestDescriptor {
  return folder.openAt({ symlinkFollow: true }, path, { create }, { read: true, write: true })
}

export function writeText(folder: TestDescriptor, path: string, text: string): void {
  const file = open(folder, path)
  file.setSize(0n)
  file.writeViaStream(0n).write(Buffer.from(text))
  close(file)
}

export function readText(folder: TestDescriptor, path: string): string {
  const file = folder.openAt({}, path, {}, { read: true })
  const [bytes] = file.read(1n << 20n, 0n)
  close(file)
  return Buffer.from(bytes).toString()
}

/** As jco's bindings do when a component drops a resource. */
export function close(resource: object): void {
  ;(resource as Disposable)[Symbol.dispose]()
}
