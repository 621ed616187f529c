/** Tables of the workshop. */
import * as assert from 'uvu/assert'
import { bytesText, oneLine, shortened, tableLines, timeText } from '../../src/terminal/table.ts'
import { suite } from '../support/suite.ts'
import { testShell } from '../support/workshop-shell.ts'

const test = suite('workshop: tables')

test('columns are as wide as what is in them, numbers to the right', (cleanup) => {
  const columns = [{ title: 'name' }, { title: 'n', isRight: true }, { title: 'rest' }]
  const lines = tableLines(testShell(cleanup), columns, [
    ['a', '1', 'x'],
    ['long name', '100', ''],
  ])
  assert.equal(lines, ['name         n  rest', 'a            1  x', 'long name  100'])
})

test('a colour does not count as width', (cleanup) => {
  const shell = testShell(cleanup, { hasColour: true })
  const [, line] = tableLines(shell, [{ title: 'verdict' }, { title: 'x' }], [[{ text: 'ok', colour: 'green' }, 'y']])
  assert.is(line, '\x1b[32mok\x1b[0m       y')
})

test('what a record holds can neither begin a line nor move the cursor', () => {
  assert.is(oneLine('a\nb\x1b[2J'), 'a\\x0ab\\x1b[2J')
})

test('sizes and times are told as people do', () => {
  assert.equal([10, 1536, 3 * 1024 ** 2].map(bytesText), ['10 bytes', '1.5 KiB', '3.0 MiB'])
  assert.equal([0.0123, 1.25, 2500].map(timeText), ['12 µs', '1.3 ms', '2.50 s'])
  assert.is(shortened('abcdef', 4), 'abc…')
})

test.run()
