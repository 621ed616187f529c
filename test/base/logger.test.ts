import * as assert from 'uvu/assert'
import {
  jsonLine,
  type Level,
  type LogEvent,
  Logger,
  levels,
  lineWriter,
  silent,
  textLine,
} from '../../src/base/logger.ts'
import { suite } from '../support/suite.ts'

const test = suite('logger')

/** A logger and what it wrote. */
function logging(level: Level): { log: Logger; events: LogEvent[] } {
  const events: LogEvent[] = []
  return { events, log: new Logger('blink::server', { level, now: () => 0, write: (event) => events.push(event) }) }
}

function event(message: string, fields: LogEvent['fields'] = {}): LogEvent {
  return { timeMs: 0, level: 'info', target: 'blink', message, fields }
}

test('a level lets through itself and what is graver', () => {
  for (const level of levels) {
    const { log, events } = logging(level)
    for (const each of levels) log[each](each)
    assert.equal(
      events.map(({ message }) => message),
      levels.slice(levels.indexOf(level)),
    )
  }
})

test('isEnabled says what would be written', () => {
  const { log } = logging('warn')
  assert.equal(
    levels.map((level) => log.isEnabled(level)),
    [false, false, false, true, true],
  )
})

test('an event carries time, level, target, message and fields', () => {
  const { log, events } = logging('info')
  log.for('blink::plugins').info('Loading', { count: 1 })
  assert.equal(events, [
    { timeMs: 0, level: 'info', target: 'blink::plugins', message: 'Loading', fields: { count: 1 } },
  ])
})

test('text: one line of time, level, target, message and key=value', () => {
  const line = textLine(event('Accepted', { client: 'kcat', port: 9092, isFirst: true }))
  assert.is(line, '1970-01-01T00:00:00.000Z INFO blink: Accepted client=kcat port=9092 isFirst=true')
})

test('text: a value with spaces, quotes or nothing in it is quoted', () => {
  const line = textLine(event('x', { a: 'two words', b: 'a "b"', c: '', d: 'k=v', e: { f: 1 } }))
  assert.ok(line.endsWith(String.raw`x a="two words" b="a \"b\"" c="" d="k=v" e="{\"f\":1}"`))
})

test('text: what a stranger sends can neither forge a line nor move the cursor', () => {
  const line = textLine(event('a\nb\x1b[2J', { id: 'c\r\nd', escape: '\x1b[31m', control: '\x9b31m', del: '\x7f' }))
  assert.not.match(line, /\p{Cc}/u)
  assert.ok(line.includes(String.raw`a\x0ab\x1b[2J id="c\r\nd" escape="\u001b[31m"`))
})

test('text: an error is told with its stack', () => {
  assert.match(textLine(event('x', { error: new Error('broken') })), /error="Error: broken\\n {4}at .*logger\.test/)
})

test('a value that JSON cannot say does not break the line', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const fields = { circle, big: 12n, nothing: undefined }
  assert.ok(textLine(event('x', fields)).endsWith('x circle="[object Object]" big=12 nothing=undefined'))
  assert.equal(JSON.parse(jsonLine(event('x', fields))), {
    time: '1970-01-01T00:00:00.000Z',
    level: 'INFO',
    target: 'blink',
    message: 'x',
    circle: '[object Object]',
    big: '12',
    nothing: 'undefined',
  })
})

test('json: no field can take the place of the level or the message', () => {
  const line = JSON.parse(jsonLine(event('real', { message: 'forged', level: 'ERROR', port: 1 })))
  assert.equal(Object.keys(line), ['time', 'level', 'target', 'message', 'port'])
  assert.is(line.message, 'real')
  assert.is(line.level, 'INFO')
})

test('json: an error is told with its stack', () => {
  assert.match(JSON.parse(jsonLine(event('x', { error: new Error('broken') }))).error, /^Error: broken\n/)
})

test('lines end in a line feed, in either format', () => {
  const written: string[] = []
  const stream = { write: (line: string) => written.push(line) }
  lineWriter(stream, 'text')(event('x'))
  lineWriter(stream, 'json')(event('x'))
  assert.is(written[0], `${textLine(event('x'))}\n`)
  assert.is(written[1], `${jsonLine(event('x'))}\n`)
})

test('silence takes anything', () => {
  silent.error('unheard', { x: 1 })
})

test('a level may be altered of one target, or of all that have none of their own', () => {
  const { log, events } = logging('info')
  const other = log.for('blink::log')
  const tell = () => {
    log.debug('a')
    other.debug('b')
    return events.splice(0).map(({ message }) => message)
  }
  assert.equal(tell(), [])
  log.levels.set('blink::log', 'debug')
  assert.equal(tell(), ['b'])
  log.levels.set('root', 'debug')
  log.levels.set('blink::log', 'fatal')
  assert.equal(tell(), ['a'])
  log.levels.set('blink::log', null)
  assert.equal(tell(), ['a', 'b'])
  assert.equal(log.levels.all, [
    ['root', 'debug'],
    ['blink::server', 'debug'],
    ['blink::log', 'debug'],
  ])
})

test.run()
