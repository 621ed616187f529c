import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../../src/base/random.ts'
import { NotAComponent, readComponent } from '../../../src/plugins/loading/component.ts'
import { importing, noop, wasiPackages } from '../../support/components.ts'
import { suite } from '../../support/suite.ts'

const test = suite('reading components')

test('names imports and exports with their versions', async () => {
  const path = await importing('wasi:cli/stderr@0.2.3', wasiPackages, {})
  assert.equal(readComponent(readFileSync(await noop())), {
    imports: ['blink:plugin/host@0.1.0'],
    exports: ['blink:plugin/plugin@0.1.0'],
  })
  assert.equal(readComponent(readFileSync(path)).exports, ['blink:plugin/plugin@0.1.0'])
})

test('reads what componentize-qjs and AssemblyScript write', () => {
  for (const path of ['demo-plugin/demo-plugin.wasm', 'demo-plugin/guard/guard.wasm']) {
    const { imports, exports } = readComponent(readFileSync(path))
    assert.equal(imports, ['blink:plugin/host@0.1.0'])
    assert.ok(exports.includes('blink:plugin/plugin@0.1.0'))
  }
})

test('any corruption gives names or a clean refusal', async () => {
  const whole = readFileSync(await noop())
  const random = new SeededRandom(7)
  for (let turn = 0; turn < 2000; turn++) {
    const damaged = Buffer.from(whole.subarray(0, 8 + random.below(whole.length - 8)))
    damaged[random.below(damaged.length)] = random.below(256)
    try {
      readComponent(damaged)
    } catch (error) {
      assert.instance(error, NotAComponent)
    }
  }
})

test.run()
