/** Glue written by hand in place of jco's; real components are in instance-0-1.test.ts and instance-0-2.test.ts. */
import * as assert from 'uvu/assert'
import { copiedBytesMax, instantiateComponent } from '../../../src/plugins/guest/component-instance.ts'
import { CoreWiring } from '../../../src/plugins/guest/core-wiring.ts'
import { suite } from '../../support/suite.ts'
import { handwrittenCode, surroundings } from '../../support/threads.ts'

const imports = ['blink:plugin/host@0.1.0', 'wasi:logging/logging@0.1.0-draft']
const test = suite('instantiating a component')

async function instanceOf(body: string) {
  const around = surroundings()
  const glue = `export function instantiate(getCoreModule, imports) { ${body} }\nexport const _util = {}`
  const wiring = new CoreWiring('x#on-record', { modules: new Map(), maxMemoryBytes: 0 }, around.log)
  const { exports, flush } = await instantiateComponent(handwrittenCode(glue, { imports }), wiring, around)
  return { exports: exports as Record<string, never>, flush, around }
}

test('it is given its imports by their unversioned names, and its lines are the log', async () => {
  const body = `
    imports['blink:plugin/host'].log('info', 'a')
    imports['wasi:logging/logging'].log('warn', 'c', 'b')
    return { x: 1 }`
  const { exports, around } = await instanceOf(body)
  assert.equal(exports, { x: 1 })
  const lines = around.crossing.takeLog().lines.map(({ level, text }) => `${level} ${text}`)
  assert.equal([lines[0], lines[1]?.slice(0, 4), lines[1]?.at(-1)], ['info a', 'warn', 'b'])
})

test('copies out of its memory are counted until the answer is given', async () => {
  const { exports, flush } = await instanceOf(`
    const memory0 = { buffer: new ArrayBuffer(${1 << 20}) }
    return { copy: (length) => memory0.buffer.slice(0, length) }`)
  const copy = exports['copy']! as (length: number) => ArrayBuffer
  const copyAll = () => {
    for (let left = copiedBytesMax; left > 0; left -= 1 << 20) copy(1 << 20)
  }
  copyAll()
  assert.throws(() => copy(1), `it handed over more than ${copiedBytesMax} bytes in one call`)
  flush()
  copyAll()
})

test.run()
