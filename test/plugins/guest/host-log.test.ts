import * as assert from 'uvu/assert'
import { Crossing, lineBytesMax } from '../../../src/plugins/crossing/crossing.ts'
import { HostLog } from '../../../src/plugins/guest/host-log.ts'
import { suite } from '../../support/suite.ts'

const test = suite('log lines in the thread of a plugin')

test('what the log would not show stays here, but not what may be the reason of a refusal', () => {
  const crossing = new Crossing()
  const log = new HostLog(crossing, 'error')
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) log.write(level, level)
  assert.equal(
    crossing.takeLog().lines.map(({ text }) => text),
    ['warn', 'error'],
  )
})

test('a line that lies in memory is the same as one that was handed over', () => {
  const crossing = new Crossing()
  const log = new HostLog(crossing, 'info')
  log.write('warn', 'Zoë')
  log.writeBytes(3, { buffer: new TextEncoder().encode('..Zoë..').buffer }, 2, 4)
  log.writeBytes(1, { buffer: new ArrayBuffer(0) }, 0, 0)
  const { lines } = crossing.takeLog()
  assert.equal(lines, [lines[0], lines[0]])
})

test('of a giant line no more is encoded than is kept', () => {
  const crossing = new Crossing()
  new HostLog(crossing, 'info').write('info', 'ä'.repeat(10_000_000))
  assert.is(crossing.takeLog().lines[0]!.text, 'ä'.repeat(lineBytesMax / 2))
})

test.run()
