/** What Blink promises to plugins: the first edition is the published one to the letter, and nothing is left unsaid. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from './support/suite.ts'

const test = suite('WIT of plugins')
const editions = ['wit/blink-plugin.wit', 'wit/v2/blink-plugin.wit']
const isComment = (line: string) => line.startsWith('///')

/** Without indentation and empty lines. */
function linesOf(path: string): readonly string[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}

test('the first edition is blink:plugin@0.1.0 as it was published', () => {
  const published = `
    package blink:plugin@0.1.0;
    interface host {
      enum log-level { trace, debug, info, warn, error, }
      log: func(level: log-level, message: string);
    }
    interface plugin {
      init: func() -> option<u16>;
      on-record: func(topic: string, partition: u32, key: option<string>, value: string) -> bool;
    }
    world blink-plugin {
      import host;
      export plugin;
    }`
  const spaced = (text: string) => text.trim().replaceAll(/\s+/g, ' ')
  const ours = linesOf(editions[0]!).filter((line) => !isComment(line))
  assert.is(spaced(ours.join(' ')), spaced(published))
})

for (const path of editions) {
  test(`every item of ${path} is explained`, () => {
    const lines = linesOf(path)
    const isItem = (line: string) => !isComment(line) && !/^(}|use |import |export |include )/.test(line)
    const silent = lines.filter((line, at) => isItem(line) && !isComment(lines[at - 1] ?? ''))
    assert.equal(silent, [])
    assert.ok(lines.filter(isItem).length > 10)
  })
}

test.run()
