/** Ready-made configurations. */
import * as assert from 'uvu/assert'
import { clientConfigs } from '../../../src/console/logic/client-configs.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console client configs')

test('each language is told where to connect, and of which topic', () => {
  const configs = clientConfigs('localhost:9092', 'orders')
  assert.equal(
    configs.map(({ language }) => language),
    ['JavaScript', 'Java', 'Python', 'Go', 'Rust', '.NET', 'C', 'kcat'],
  )
  for (const { code } of configs) {
    assert.match(code, 'localhost:9092')
    assert.match(code, 'orders')
  }
})

test('several brokers are a list where the library wants one', () => {
  const byLanguage = new Map(clientConfigs('a:1,b:2', 't').map(({ language, code }) => [language, code]))
  assert.match(byLanguage.get('JavaScript')!, "brokers: ['a:1', 'b:2']")
  assert.match(byLanguage.get('Go')!, 'kgo.SeedBrokers("a:1", "b:2")')
  assert.match(byLanguage.get('Java')!, '"a:1,b:2"')
})

test.run()
