/**
 * What a component of a real toolchain finds of the machine when it asks WASI and nothing was granted: clocks, random
 * numbers, and nobody home.
 */

import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { readComponent } from '../../../../src/plugins/loading/component.ts'
import { cli, environmentOf } from '../../../../src/plugins/capabilities/wasi/cli.ts'
import { PluginExit } from '../../../../src/plugins/guest/instance.ts'
import { adaptedComponent, pluginModule } from '../../../support/components.ts'
import { judged, startHost } from '../../../support/plugins.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:cli', 10)

const whenValueIs = (letter: string, instructions: string) =>
  `(if (i32.eq (i32.load8_u (local.get $value)) (i32.const ${letter.charCodeAt(0)})) (then ${instructions}))`
/** Refuses unless the instructions leave 1. */
const answer = (instructions: string) => `(return ${instructions})`
const write = (descriptor: number) =>
  `(i32.store (i32.const 64) (i32.const 1024)) (i32.store (i32.const 68) (i32.const 23))
   (drop (call $fd_write (i32.const ${descriptor}) (i32.const 64) (i32.const 1) (i32.const 80)))`
const badDescriptor = '(i32.const 8)'
const isZero = '(i32.eqz (i32.load (i32.const 64)))'
const isNotZero = '(i64.ne (i64.load (i32.const 64)) (i64.const 0))'

/** Imports what a program in C with the standard library does. */
const curious = await adaptedComponent(
  pluginModule({
    fields: `
      (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_open"
        (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
      (data (i32.const 1024) "first line\\nsecond line\\n/etc/hostname")`,
    onRecord: `
      ${whenValueIs('e', `(drop (call $environ_sizes_get (i32.const 64) (i32.const 68))) ${answer(isZero)}`)}
      ${whenValueIs('a', `(drop (call $args_sizes_get (i32.const 64) (i32.const 68))) ${answer(isZero)}`)}
      ${whenValueIs('1', write(1))}
      ${whenValueIs('2', write(2))}
      ${whenValueIs(
        '0',
        `(i32.store (i32.const 64) (i32.const 2048)) (i32.store (i32.const 68) (i32.const 10))
         (i32.store (i32.const 80) (i32.const 0))
         (drop (call $fd_read (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 80)))
         ${answer('(i32.eqz (i32.load (i32.const 80)))')}`,
      )}
      ${whenValueIs('p', answer(`(i32.eq (call $fd_prestat_get (i32.const 3) (i32.const 64)) ${badDescriptor})`))}
      ${whenValueIs(
        'f',
        answer(`(i32.eq ${badDescriptor} (call $path_open (i32.const 3) (i32.const 0) (i32.const 1047) (i32.const 13)
          (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 64)))`),
      )}
      ${whenValueIs(
        'c',
        `(drop (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 64)))
         ${answer('(i64.gt_u (i64.load (i32.const 64)) (i64.const 1600000000000000000))')}`,
      )}
      ${whenValueIs(
        'm',
        `(drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 64)))
         ${answer(isNotZero)}`,
      )}
      ${whenValueIs('r', `(drop (call $random_get (i32.const 64) (i32.const 8))) ${answer(isNotZero)}`)}
      ${whenValueIs('x', '(call $proc_exit (i32.const 3))')}
      ${whenValueIs(
        's',
        `(memory.fill (i32.const 64) (i32.const 0) (i32.const 48)) (i32.store (i32.const 80) (i32.const 1))
         (i64.store (i32.const 88) (i64.const 20000000))
         (drop (call $poll_oneoff (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192)))
         ${answer('(i32.eq (i32.load (i32.const 192)) (i32.const 1))')}`,
      )}
      (i32.const 1)`,
  }),
)

test('it imports what those of C and Rust import', () => {
  const { imports } = readComponent(readFileSync(curious))
  assert.ok(imports.includes('wasi:filesystem/preopens@0.2.12') && imports.includes('wasi:cli/exit@0.2.12'))
})

const looks = [
  ['e', 'there is no environment'],
  ['a', 'there are no arguments'],
  ['0', 'standard input is at its end'],
  ['p', 'no folder is open'],
  ['f', 'no file can be opened'],
  ['c', 'there is the time of day'],
  ['m', 'there is a monotonic clock'],
  ['r', 'there are random numbers'],
  ['s', 'it can sleep'],
] as const

for (const [letter, what] of looks) {
  test(what, async (cleanup) => {
    const { host } = await startHost(cleanup, [{ path: curious }])
    assert.equal(await judged(host, ['ok', letter, 'ok']), [])
    assert.is(host.status()[0]!.isDirect, true)
  })
}

test('what it prints is in the log, by line', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ path: curious }])
  assert.equal(await judged(host, ['1', '2']), [])
  const printed = lines().filter((line) => line.includes('🔌'))
  assert.equal(printed, [
    'info: 🔌 Plugin: first line',
    'info: 🔌 Plugin: second line',
    'warn: 🔌 Plugin: first line',
    'warn: 🔌 Plugin: second line',
  ])
})

test('its exit ends the instance, not the broker', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path: curious }])
  assert.equal(await judged(host, ['ok', 'x', 'ok']), ['1: on-record failed (exit): it called exit(1)'])
})

test('every exit is an exception', () => {
  const { exit, exitWithCode } = cli(quiet, silent)['wasi:cli/exit'] as Record<string, (value: unknown) => never>
  assert.throws(
    () => exit!({ tag: 'ok' }),
    (error: Error) => error instanceof PluginExit && /exit\(0\)/.test(error.message),
  )
  assert.throws(() => exitWithCode!(3), /exit\(3\)/)
})

test('output without line ends does not pile up', () => {
  const lines: string[] = []
  const all = cli(quiet, { ...silent, stdout: (line) => lines.push(line) })
  const { getStdout } = all['wasi:cli/stdout'] as { getStdout(): { write(bytes: Uint8Array): void } }
  for (let turn = 0; turn < 3; turn++) getStdout().write(Buffer.alloc(600, 'x'))
  assert.equal(
    lines.map(({ length }) => length),
    [1200],
  )
})

test('the config is the environment, and nothing else is', () => {
  const config = { limit: 10, 'per-topic': { orders: ['a', true] }, greeting: 'hi', nothing: null }
  assert.equal(environmentOf(config), [
    ['BLINK_CONFIG_LIMIT', '10'],
    ['BLINK_CONFIG_PER_TOPIC_ORDERS_0', 'a'],
    ['BLINK_CONFIG_PER_TOPIC_ORDERS_1', 'true'],
    ['BLINK_CONFIG_GREETING', 'hi'],
    ['BLINK_CONFIG_NOTHING', 'null'],
  ])
  assert.equal(environmentOf(null), [])
  const { getEnvironment } = cli({ config }, silent)['wasi:cli/environment'] as { getEnvironment(): unknown }
  assert.equal(getEnvironment(), environmentOf(config))
})

test('the environment has at most 128 variables, with 2,000 bytes in their values', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, 'v']))
  assert.is(environmentOf(many).length, 128)
  const long = { a: 'x'.repeat(1990), b: 'y'.repeat(11), c: 'zz' }
  assert.equal(
    environmentOf(long).map(([name]) => name),
    ['BLINK_CONFIG_A', 'BLINK_CONFIG_C'],
  )
})

test('a name that is too long or taken, and a value with control characters, are left out', () => {
  assert.equal(environmentOf({ ['n'.repeat(120)]: 1, 'a-b': 1, 'a.b': 2, c: 'two\nlines' }), [
    ['BLINK_CONFIG_A_B', '1'],
  ])
})

const quiet = { config: null }
const silent = { stdout: () => {}, stderr: () => {} }

test.run()
