/** Lines that plugins write by wasi:logging. */
import * as assert from 'uvu/assert'
import { logging } from '../../../../src/plugins/capabilities/wasi/logging.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:logging')

test('the context stands before the message, and critical is error', () => {
  const lines: string[] = []
  const { log } = logging({ log: (level, message) => lines.push(`${level} ${message}`) })['wasi:logging/logging'] as {
    log(level: string, context: string, message: string): void
  }
  log('debug', '', 'alone')
  log('warn', 'orders', 'late')
  log('critical', '', 'gone')
  assert.equal(lines, ['debug alone', 'warn orders: late', 'error gone'])
})

test.run()
