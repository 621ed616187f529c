/** What a hostile component does with the classes of its host, and what those show at all. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { importable, importsFor } from '../../../src/plugins/capabilities/imports.ts'
import { BadResult } from '../../../src/plugins/guest/instance.ts'
import { sealed } from '../../../src/plugins/guest/sealed-classes.ts'
import { environmentFor, grants } from '../../support/capabilities.ts'
import { importing } from '../../support/components.ts'
import { nothingGranted } from '../../../src/plugins/capabilities/capabilities.ts'
import { rejection, startHost } from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('sealed classes', 15)
type Shown = { new (): object; prototype: object; make(): object; bind?: unknown }

test('what has no constructor in the WIT is not constructed; its statics and its kind are as they were', () => {
  class Base {
    greet = () => 'hello'
  }
  class Thing extends Base {
    static make = () => new Thing()
  }
  const shown = sealed({ 'a:b/c': { Thing, poll: () => 1 } })['a:b/c'] as { Thing: Shown; poll: () => number }
  assert.throws(
    () => new shown.Thing(),
    (error: Error) => error instanceof BadResult && error.message === 'it constructs Thing, which only its host does',
  )
  const made = shown.Thing.make()
  assert.ok(made instanceof shown.Thing && made instanceof Base)
  assert.equal([shown.poll(), shown.Thing.bind], [1, undefined])
})

test('nothing is inherited that the WIT does not name', () => {
  class Fields {}
  const shown = sealed({ 'wasi:http/types': { Fields } })['wasi:http/types'] as { Fields: Shown }
  const made = new shown.Fields()
  assert.equal([made.valueOf, made.toString, made.hasOwnProperty], [undefined, undefined, undefined])
})

/** `resource name { … }` of all packages in wit/v2, as jco's glue calls it: the names of methods and of statics. */
function resourcesOfWit(): Map<string, Set<string>> {
  const folder = 'wit/v2/deps'
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wit'))
  const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const found = new Map<string, Set<string>>()
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8').replace(/\/\/.*$/gm, '')
    for (const [, name, body] of text.matchAll(/resource ([a-z-]+) \{([^}]*)\}/g)) {
      const members = [...body!.matchAll(/([a-z0-9-]+): *(static )?func/g)].map(([, member]) => camel(member!))
      found.set(camel(`-${name}`), new Set(members))
    }
  }
  return found
}

test('a component can name no more of a class than the WIT does', async (cleanup) => {
  const http = { hosts: [], timeoutMs: 1, responseBytesMax: 1 }
  const { imports } = await importsFor(importable, environmentFor(cleanup, { grants: { ...grants, http } }), {
    stdout: () => {},
    stderr: () => {},
  })
  const wit = resourcesOfWit()
  const seen: string[] = []
  for (const member of Object.values(imports).flatMap(Object.entries)) {
    const [name, value] = member as [string, Shown]
    const allowed = wit.get(name)
    if (allowed === undefined) continue
    seen.push(name)
    const names: string[] = []
    for (let at = value.prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      const own = Object.entries(Object.getOwnPropertyDescriptors(at))
      names.push(...own.flatMap(([key, { value }]) => (typeof value === 'function' ? [key] : [])))
    }
    const statics = Object.getOwnPropertyNames(value).filter((key) => typeof value[key as keyof Shown] === 'function')
    for (const named of [...names, ...statics]) {
      if (named !== 'constructor') assert.ok(allowed.has(named), `${name}.${named} is not in the WIT`)
    }
  }
  assert.ok(seen.length >= 12, `${seen}`)
})

/** Why a component does not start whose `init` calls this; of its own idea of WASI. */
async function refusal(
  cleanup: Cleanup,
  { imports, packages, fields, init }: Record<'imports' | 'packages' | 'fields' | 'init', string>,
): Promise<string> {
  const path = await importing(imports, packages, { fields, init })
  const capabilities = { ...nothingGranted, filesystem: { bytesMax: 1 << 20 } }
  const options = { dataPath: environmentFor(cleanup).folder }
  return (await rejection(startHost(cleanup, [{ name: 'hostile', path, capabilities }], options))).message
}

test('a component that constructs a stream over bytes of its own is ended', async (cleanup) => {
  const why = await refusal(cleanup, {
    imports: 'wasi:io/streams@0.2.3',
    packages: 'package wasi:io@0.2.3 { interface streams { resource input-stream { constructor(of: list<u8>); } } }',
    fields: '(import "wasi:io/streams@0.2.3" "[constructor]input-stream" (func $new (param i32 i32) (result i32)))',
    init: '(drop (call $new (i32.const 0) (i32.const 65536)))',
  })
  assert.match(why, 'it constructs InputStream, which only its host does')
})

test('a component that constructs a descriptor of a place of its choice is ended', async (cleanup) => {
  const why = await refusal(cleanup, {
    imports: 'wasi:filesystem/types@0.2.3',
    packages: `package wasi:filesystem@0.2.3 { interface types {
      record shared { count: u32 }
      resource descriptor { constructor(of: shared, place: list<string>); }
    } }`,
    fields:
      '(import "wasi:filesystem/types@0.2.3" "[constructor]descriptor" (func $new (param i32 i32 i32) (result i32)))',
    init: '(drop (call $new (i32.const 0) (i32.const 0) (i32.const 0)))',
  })
  assert.match(why, 'it constructs Descriptor, which only its host does')
})

test('a component that asks a descriptor for itself gets no second handle', async (cleanup) => {
  const why = await refusal(cleanup, {
    imports: 'wasi:filesystem/types@0.2.3; import wasi:filesystem/preopens@0.2.3',
    packages: `package wasi:filesystem@0.2.3 {
      interface types { resource descriptor { value-of: func() -> descriptor; } }
      interface preopens { use types.{descriptor}; get-directories: func() -> list<tuple<descriptor, string>>; }
    }`,
    fields: `
      (import "wasi:filesystem/preopens@0.2.3" "get-directories" (func $list (param i32)))
      (import "wasi:filesystem/types@0.2.3" "[method]descriptor.value-of" (func $twice (param i32) (result i32)))`,
    init: `
      (call $list (i32.const 2048))
      (drop (call $twice (i32.load (i32.load (i32.const 2048)))))`,
  })
  assert.match(why, 'valueOf is not a function')
})

test.run()
