/** Sockets that are not there: by the WIT of WASI itself, so that none of its functions is forgotten. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { sockets } from '../../../../src/plugins/capabilities/wasi/sockets.ts'
import { importing, wasiPackages } from '../../../support/components.ts'
import { judged, startHost } from '../../../support/plugins.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:sockets', 20)

const witFolder = 'node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12/wasi-sockets'
const wit = readdirSync(witFolder)
  .map((name) => readFileSync(join(witFolder, name), 'utf8'))
  .join('\n')
  .replace(/\/\/.*$/gm, '')

const camel = (name: string) => name.replace('%', '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
const classOf = (name: string) => camel(`-${name}`)
const interfaces = [...wit.matchAll(/^interface ([\w-]+) \{(.*?)^\}/gms)].map(([, name, body]) => ({ name, body }))

/** In the words of WIT: its name, and whether it can say no. */
const functionsIn = (body: string) =>
  [...body.matchAll(/(%?[\w-]+): func\([^)]*\)([^;]*);/gs)].map(([, name, answer]) => ({
    name: camel(name!),
    canDeny: answer!.includes('result<'),
  }))

function outcome(run: unknown): unknown {
  try {
    return (run as () => unknown)()
  } catch (error) {
    return error
  }
}

test('every interface is there, and every function in it denies', () => {
  const imports = sockets()
  assert.equal(Object.keys(imports).sort(), interfaces.map(({ name }) => `wasi:sockets/${name}`).sort())
  let denied = 0
  for (const { name, body } of interfaces) {
    const own = imports[`wasi:sockets/${name}`]!
    const inResources = [...body!.matchAll(/resource ([\w-]+) \{(.*?)\n {4}\}/gs)]
    const outside = inResources.reduce((text, [all]) => text.replace(all!, ''), body!)
    const holders: (readonly [Record<string, unknown>, string])[] = [[own, outside]]
    for (const [, resource, functions] of inResources) {
      const made = own[classOf(resource!)] as { readonly prototype: Record<string, unknown> }
      holders.push([made.prototype, functions!])
    }
    for (const [holder, functions] of holders) {
      for (const { name: called, canDeny } of functionsIn(functions)) {
        assert.type(holder[called], 'function', `${name} ${called}`)
        if (!canDeny) continue
        assert.is(outcome(holder[called]), 'access-denied', `${name} ${called}`)
        denied++
      }
    }
  }
  assert.is(denied, 43)
})

test('a plugin that asks for a socket is denied one, and goes on', async (cleanup) => {
  const packages = `${wasiPackages}
    package wasi:sockets@0.2.3 {
      interface network { enum error-code { unknown, access-denied } enum ip-address-family { ipv4, ipv6 } }
      interface tcp { resource tcp-socket; }
      interface tcp-create-socket {
        use network.{error-code, ip-address-family};
        use tcp.{tcp-socket};
        create-tcp-socket: func(address-family: ip-address-family) -> result<tcp-socket, error-code>;
      }
    }`
  const name = 'wasi:sockets/tcp-create-socket@0.2.3'
  const path = await importing(name, packages, {
    fields: `(import "${name}" "create-tcp-socket" (func $create (param i32 i32)))`,
    // 1 is an error, and of those 1 is access-denied.
    onRecord: `(call $create (i32.const 0) (i32.const 64))
      (i32.and (i32.load8_u (i32.const 64)) (i32.load8_u (i32.const 68)))`,
  })
  const { host } = await startHost(cleanup, [{ path }])
  assert.equal(await judged(host, ['a', 'b']), [])
})

test.run()
