import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import * as assert from 'uvu/assert'
import { memoriesMax, pageBytes } from '../../../src/plugins/loading/core-module.ts'
import { type CoreFunction, type CoreModule, CoreWiring } from '../../../src/plugins/guest/core-wiring.ts'
import { Crossing } from '../../../src/plugins/crossing/crossing.ts'
import { HostLog } from '../../../src/plugins/guest/host-log.ts'
import { rejection } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'

const test = suite('wiring of core modules')
const host = 'blink:plugin/host@0.1.0'

function newWiring(modules: ReadonlyMap<string, CoreModule> = new Map(), maxMemoryBytes = 0) {
  const crossing = new Crossing()
  return {
    wiring: new CoreWiring('p#on-record', { modules, maxMemoryBytes }, new HostLog(crossing, 'trace')),
    crossing,
  }
}

const compiled = async (text: string) => WebAssembly.compile(await parse(text))

test('the memories of all instances of a component together are limited in number', async () => {
  const module = await compiled('(module (memory 0 0))')
  const { wiring } = newWiring(new Map([['m', { module, memoryCount: 1, memoryBytesMax: 0, tableCount: 0 }]]))
  for (let count = 0; count < memoriesMax; count++) await wiring.instantiateCore(module)
  assert.is((await rejection(wiring.instantiateCore(module))).message, 'it has more than 4 memories')
})

test('a module whose memory was given its share comes to life once', async () => {
  const module = await compiled('(module (memory 1))')
  const counts = { module, memoryCount: 1, memoryBytesMax: 6 * pageBytes, tableCount: 0 }
  const { wiring } = newWiring(new Map([['m', counts]]), 10 * pageBytes)
  await wiring.instantiateCore(module)
  const why = (await rejection(wiring.instantiateCore(module))).message
  assert.is(why, 'it instantiates a module with memory twice')
})

test('while there is a hook it is called in place of on-record, and on-record is not', async () => {
  const { wiring } = newWiring()
  const module = await compiled('(module (func (export "p#on-record") (param i32) (result i32) (local.get 0)))')
  const onRecord = (await wiring.instantiateCore(module)).exports['p#on-record'] as CoreFunction
  assert.is(onRecord(7), 7)
  wiring.hook = (value) => value! * 2
  assert.equal([onRecord(7), wiring.onRecord!(7)], [14, 7])
})

test('it hears of the allocator that was called, among several', async () => {
  const { wiring } = newWiring()
  const allocate = (name: string, at: number) => `(func (export "${name}") (result i32) (i32.const ${at}))`
  const module = await compiled(`(module ${allocate('cabi_realloc', 1)} ${allocate('cabi_import_realloc', 2)})`)
  const { exports } = await wiring.instantiateCore(module)
  assert.is((exports['cabi_import_realloc'] as CoreFunction)(), 2)
  assert.is(wiring.allocator!(), 2)
})

/** Logs what lies at 0, as long as it is told. */
const logger = `(module (import "${host}" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1) (data (i32.const 0) "hello") (global (export "at") i32 (i32.const 0))
  (func (export "say") (param i32) (call $log (i32.const 2) (i32.const 0) (local.get 0))))`

test('the first line goes through the binding, and proves where the later ones are read', async () => {
  const { wiring, crossing } = newWiring()
  let lowered = 0
  const binding = (_rank: number, _at: number, length: number) => {
    lowered++
    wiring.host.log('info', 'hello'.slice(0, length))
  }
  const { exports } = await wiring.instantiateCore(await compiled(logger), { [host]: { log: binding } })
  for (const length of [0, 5, 3]) (exports['say'] as CoreFunction)(length)
  assert.equal(
    crossing.takeLog().lines.map(({ text }) => text),
    ['', 'hello', 'hel'],
  )
  assert.is(lowered, 2, 'an empty line proves nothing')
})

test('where the line is not what lies in memory, the binding is kept', async () => {
  const { wiring, crossing } = newWiring()
  const binding = () => wiring.host.log('info', 'HELLO')
  const { exports } = await wiring.instantiateCore(await compiled(logger), { [host]: { log: binding } })
  for (const length of [5, 5]) (exports['say'] as CoreFunction)(length)
  assert.equal(
    crossing.takeLog().lines.map(({ text }) => text),
    ['HELLO', 'HELLO'],
  )
})

test.run()
