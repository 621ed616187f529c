import * as assert from 'uvu/assert'
import { describesItself, hooksOf } from '../../../src/plugins/loading/plugin-info.ts'
import { suite } from '../../support/suite.ts'

const test = suite('what a plugin offers')
const named = (name: string, version = '0.2.0') => `blink:plugin/${name}@${version}`

test('hooks are known by the interfaces that are exported', () => {
  const table: [exports: string[], hooks: string[]][] = [
    [[], []],
    [[named('lifecycle'), named('records')], ['on-records']],
    [
      [named('ending'), named('timer', '0.2.7')],
      ['finalize', 'cleanup', 'on-timer'],
    ],
    [[named('records', '0.1.0'), named('records', '0.3.0'), 'other:plugin/records@0.2.0', 'run'], []],
  ]
  for (const [exports, hooks] of table) assert.equal(hooksOf(exports), hooks)
})

test('only one that exports the interface can be asked what it is', () => {
  assert.equal([describesItself([named('description')]), describesItself([named('records')])], [true, false])
})

test.run()
