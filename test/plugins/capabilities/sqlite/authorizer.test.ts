/** What a statement may do, as SQLite asks. */
import * as assert from 'uvu/assert'
import { mayDo } from '../../../../src/plugins/capabilities/sqlite/authorizer.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('the authorizer')

const [insert, pragma, transaction, attach, detach, createVirtualTable, call] = [18, 19, 22, 24, 25, 29, 31] as const

//  action              first                 second             may it
const table: readonly (readonly [number, string, string, boolean])[] = [
  [insert, 't', '', true],
  [attach, '/etc/passwd', '', false],
  [attach, '', '', false],
  [detach, 'main', '', false],
  [transaction, 'BEGIN', '', false],
  [pragma, 'table_info', 't', true],
  [pragma, 'TABLE_LIST', '', true],
  [pragma, 'user_version', '7', true],
  [pragma, 'max_page_count', '', true],
  [pragma, 'max_page_count', '9', false],
  [pragma, 'journal_mode', '', false],
  [pragma, 'temp_store_directory', '/', false],
  [pragma, 'writable_schema', 'on', false],
  [createVirtualTable, 't', 'fts5', true],
  [createVirtualTable, 't', 'csv', false],
  [call, '', 'upper', true],
  [call, '', 'LOAD_EXTENSION', false],
]

test('tables are the plugin’s own business, other files and settings are not', () => {
  for (const [action, first, second, may] of table) {
    assert.is(mayDo(action, first, second, false), may, `${action} ${first} ${second}`)
  }
})

test('VACUUM attaches a file without a name, and no other', () => {
  assert.ok(mayDo(attach, '', '', true))
  assert.ok(mayDo(transaction, 'BEGIN', '', true))
  assert.not(mayDo(attach, '/tmp/copy.db', '', true))
})

test.run()
