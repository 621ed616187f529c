/** Kafka Connect, standalone: a file source and a file sink, through the topic `<name>-lines`, for a minute. */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '../../bench/brokers/broker.ts'
import { address, name, tell, until } from '../matrix/teller.ts'

const flags = process.env['JAVA_FLAGS']!.split(' ')
const lineCount = 600
const lineMs = 100
const folder = mkdtempSync(join(tmpdir(), 'blink-connect-'))
const [source, sink] = [join(folder, 'source.txt'), join(folder, 'sink.txt')]

function properties(file: string, values: Readonly<Record<string, string | number>>): string {
  const path = join(folder, file)
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(path, lines.join(''))
  return path
}

const text = 'org.apache.kafka.connect.storage.StringConverter'
const configs = [
  properties('worker.properties', {
    'bootstrap.servers': address,
    'key.converter': text,
    'value.converter': text,
    'offset.storage.file.filename': join(folder, 'offsets'),
    'offset.flush.interval.ms': 1000,
    listeners: `http://127.0.0.1:${await freePort()}`,
    'plugin.discovery': 'service_load',
    'plugin.path': folder,
  }),
  properties('source.properties', {
    name: `${name}-source`,
    'connector.class': 'FileStreamSource',
    file: source,
    topic: `${name}-lines`,
  }),
  properties('sink.properties', {
    name: `${name}-sink`,
    'connector.class': 'FileStreamSink',
    file: sink,
    topics: `${name}-lines`,
  }),
]

writeFileSync(source, '')
const connect = spawn('java', [...flags, 'org.apache.kafka.connect.cli.ConnectStandalone', ...configs], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
const ended = new Promise((resolve) => connect.on('close', resolve))
try {
  let written = ''
  for (let line = 0; line < lineCount; line++) {
    appendFileSync(source, `line ${line}\n`)
    written += `line ${line}\n`
    await setTimeout(lineMs)
  }
  const copied = () => (existsSync(sink) ? readFileSync(sink, 'utf8') : '')
  await until('every line is copied', () => connect.exitCode !== null || copied().length >= written.length)
  const count = copied().split('\n').length - 1
  tell('file source and sink', copied() === written ? `${count} lines` : `${count} lines, other than were written`)
} finally {
  connect.kill()
  await ended
  rmSync(folder, { recursive: true })
}
