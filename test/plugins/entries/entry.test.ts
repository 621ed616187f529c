import { existsSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { entryUrl } from '../../../src/plugins/entries/entry.ts'
import { suite } from '../../support/suite.ts'

const test = suite('entries of threads')

test('they lie beside the code that starts them', () => {
  for (const name of ['worker', 'transpile-worker'] as const) assert.ok(existsSync(entryUrl(name)), name)
})

test.run()
