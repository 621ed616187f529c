import * as assert from 'uvu/assert'
import { type FileFormat, type FileRecord, formatOf, RecordFileError, recordsIn } from '../src/record-files.ts'
import { suite } from './support/suite.ts'
import { typed } from './support/workshop-shell.ts'

const test = suite('files of records')

async function read(format: FileFormat, text: string): Promise<FileRecord[]> {
  const all: FileRecord[] = []
  for await (const one of recordsIn({ name: 'f', format, chunks: typed(text), now: () => 5 })) all.push(one)
  return all
}

async function refusal(format: FileFormat, text: string): Promise<string> {
  try {
    await read(format, text)
  } catch (error) {
    if (error instanceof RecordFileError) return error.message
    throw error
  }
  return 'it was read'
}

test('the name of a file says what it holds', () => {
  const names = ['a.json', 'b.jsonl', 'x/c.NDJSON', 'd.csv', 'e.txt', 'json']
  assert.equal(names.map(formatOf), ['json', 'ndjson', 'ndjson', 'csv', null, null])
})

test('a record as POST /produce takes it, in each of the formats', async () => {
  const [inJson] = await read(
    'json',
    '{"topic":"t","partition":1,"key":"k","value":"v","headers":{"h":"x"},"timestamp":9}',
  )
  const [inLines] = await read(
    'ndjson',
    '{"topic":"t","partition":1,"key":"k","value":"v","headers":{"h":"x"},"timestamp":9}',
  )
  const [inTable] = await read('csv', 'topic,partition,key,value,header.h,timestamp\nt,1,k,v,x,9\n')
  const { place: _, ...record } = inJson!
  assert.equal(record, {
    topic: 't',
    partition: 1,
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    headers: [{ key: 'h', value: Buffer.from('x') }],
    timestamp: 9,
  })
  assert.equal({ ...inLines, place: 'f[0]' }, inJson)
  assert.equal({ ...inTable, place: 'f[0]' }, inJson)
})

test('what a record does not say is left open, but for the time', async () => {
  const [one] = await read('csv', 'value\nv\n')
  assert.equal([one!.topic, one!.partition, one!.key, one!.timestamp, one!.place], [null, null, null, 5, 'f:2'])
})

test('what has no value is the value of a record', async () => {
  const values = async (format: FileFormat, text: string) =>
    (await read(format, text)).map(({ key, value }) => `${key}=${value}`)
  assert.equal(await values('json', '[1, "x", {"a":null}]'), ['null=1', 'null=x', 'null={"a":null}'])
  assert.equal(await values('ndjson', '{"key":"k"}\n\n[]\n'), ['null={"key":"k"}', 'null=[]'])
  assert.equal(await values('csv', 'key,item\n1,"a, ""b"""\n'), ['1={"key":"1","item":"a, \\"b\\""}'])
})

const wrongs: readonly [format: FileFormat, text: string, said: RegExp][] = [
  ['json', '{', /^f is not JSON: /],
  ['json', '[{"value":"a"},{"value":"b","kye":1}]', /^f\[1\]: .*kye/],
  ['ndjson', '{"value":"a"}\n\nx', /^f:3 is not JSON: /],
  ['ndjson', '{"value":{"base64":"?"}}', /^f:1: value\.base64 is "\?"; use base64/],
  ['csv', 'a,b\n1\n', /^f is not CSV: .*line 2/],
  ['csv', 'value,partition\nx,one\n', /^f:2: partition /],
]
test('what cannot be read is told with its place', async () => {
  for (const [format, text, said] of wrongs) assert.match(await refusal(format, text), said, text)
})

test.run()
