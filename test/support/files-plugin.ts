/**
 * A plugin as C and Rust compilers make them, of the older WASI and jco's adapter, that does with files what a record
 * says: the value's first letter is what to do, the topic the path, the key the contents or the other path. It logs
 * what it read, and the number of the error; 0 is none.
 */
import type { CapabilityEnvironment } from '../../src/plugins/capabilities/capability-environment.ts'
import { instanceOf } from './capabilities.ts'
import { adaptedComponent, bumpAllocator, pluginModule } from './components.ts'

const functions = `
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory" (func $rmdir (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $stat (param i32 i32 i32 i32 i32) (result i32)))

  (func $open (param $path i32) (param $bytes i32) (param $how i32) (param $flags i32) (result i32)
    (call $path_open (i32.const 3) (i32.const 1) (local.get $path) (local.get $bytes) (local.get $how)
      (i64.const 0x200066) (i64.const 0) (local.get $flags) (i32.const 128)))
  (func $give (param $call i32) (result i32)
    (i32.store8 (i32.const 256) (i32.add (i32.const 48) (i32.div_u (local.get $call) (i32.const 10))))
    (i32.store8 (i32.const 257) (i32.add (i32.const 48) (i32.rem_u (local.get $call) (i32.const 10))))
    (call $log (i32.const 1) (i32.const 256) (i32.const 2))
    (i32.eqz (local.get $call)))`

const does = (letter: string, call: string) => `
  (if (i32.eq (i32.load8_u (local.get $value)) (i32.const ${letter.charCodeAt(0)}))
    (then (return (call $give ${call}))))`

const path = '(local.get $topic) (local.get $topicBytes)'
const other = '(local.get $key) (local.get $keyBytes)'

/** Opens the path, and does it with the descriptor, which stands at 128. */
const opened = (how: number, flags: number, then: string) => `
  (block (result i32)
    (local.set $error (call $open ${path} (i32.const ${how}) (i32.const ${flags})))
    (if (i32.eqz (local.get $error)) (then
      (i32.store (i32.const 132) (i32.const 4096)) (i32.store (i32.const 136) (i32.const 4096))
      ${then}
      (drop (call $fd_close (i32.load (i32.const 128))))))
    (local.get $error))`

const writeKey = `
  (i32.store (i32.const 132) (local.get $key)) (i32.store (i32.const 136) (local.get $keyBytes))
  (local.set $error (call $fd_write (i32.load (i32.const 128)) (i32.const 132) (i32.const 1) (i32.const 140)))`
const readAndLog = `
  (local.set $error (call $fd_read (i32.load (i32.const 128)) (i32.const 132) (i32.const 1) (i32.const 140)))
  (call $log (i32.const 2) (i32.const 4096) (i32.load (i32.const 140)))`

const create = 1
const truncate = 8
const append = 1

/** The adapter allocates its state, of 64 KiB, once and for good: that is not to fall back with the call's strings. */
const allocator = `
  (if (i32.ge_u (local.get $bytes) (i32.const 32768))
    (then (return (i32.mul (i32.const 65536)
      (memory.grow (i32.shr_u (i32.add (local.get $bytes) (i32.const 65535)) (i32.const 16)))))))
  ${bumpAllocator}`

const source = pluginModule({
  allocator,
  fields: functions,
  onRecord: `
    (local $error i32)
    ${does('w', opened(create | truncate, 0, writeKey))}
    ${does('a', opened(create, append, writeKey))}
    ${does('r', opened(0, 0, readAndLog))}
    ${does('d', `(call $mkdir (i32.const 3) ${path})`)}
    ${does('D', `(call $rmdir (i32.const 3) ${path})`)}
    ${does('u', `(call $unlink (i32.const 3) ${path})`)}
    ${does('m', `(call $rename (i32.const 3) ${path} (i32.const 3) ${other})`)}
    ${does('l', `(call $symlink ${other} (i32.const 3) ${path})`)}
    ${does('s', `(call $stat (i32.const 3) (i32.const 1) ${path} (i32.const 512))`)}
    (i32.const 1)`,
})

export type FileAct = 'w' | 'a' | 'r' | 'd' | 'D' | 'u' | 'm' | 'l' | 's'

/** Does something with a file; answers what was read, if something was, and otherwise the number of the error. */
export async function filesPlugin(environment: CapabilityEnvironment) {
  const lines: string[] = []
  const instance = await instanceOf(await adaptedComponent(source), {
    ...environment,
    log: (_, message) => lines.push(message),
  })
  const plugin = instance['blink:plugin/plugin@0.1.0']
  return (act: FileAct, path: string, other = ''): string | number => {
    lines.length = 0
    plugin.onRecord(path, 0, other, act)
    const error = Number(lines.at(-1))
    return error === 0 && lines.length > 1 ? lines[0]! : error
  }
}
