/** The no-op that others are measured against is what its source says. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { noopComponent } from '../../src/workshop/noop.ts'
import { noop } from '../support/components.ts'
import { noopByHand } from '../support/components-0-2.ts'
import { suite } from '../support/suite.ts'

const test = suite('workshop: no-op', 10)

/** The WIT is within; a word changed in its comments makes other bytes, which are then to be packed anew. */
for (const [edition, build] of [
  ['0.1', noop],
  ['0.2', noopByHand],
] as const) {
  test(`that of ${edition} is built from its source`, async () => {
    const built = readFileSync(await build())
    const remedy = `pack it anew in src/workshop/noop.ts: gzip, base64 (${built.length} bytes)`
    assert.ok(noopComponent(edition).equals(built), remedy)
  })
}

test.run()
