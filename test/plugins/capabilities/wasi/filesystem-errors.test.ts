/** Which words of WASI errors are put into. */
import { openSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { asWasi, errorCodeOf, FileError } from '../../../../src/plugins/capabilities/wasi/filesystem-errors.ts'
import { thrownBy } from '../../../support/capabilities.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('errors of wasi:filesystem')

test('the system says it in its words, WASI in its own', () => {
  assert.is(
    thrownBy(() => asWasi(() => openSync('/no/such/file', 'r'))),
    'no-entry',
  )
  assert.is(errorCodeOf(new FileError('quota')), 'quota')
  assert.is(errorCodeOf(Object.assign(new Error(), { code: 'EWHATEVER', syscall: 'open' })), 'io')
})

test('what is no error of a file stays what it is', () => {
  const bug = new TypeError('a bug')
  assert.is(errorCodeOf(bug), null)
  assert.is(errorCodeOf(Object.assign(new TypeError(), { code: 'ERR_INVALID_ARG_TYPE' })), null)
  assert.is(
    thrownBy(() =>
      asWasi(() => {
        throw bug
      }),
    ),
    bug,
  )
})

test.run()
