/** The one file that SQLite sees. */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ManualClock } from '../../../../src/base/clock.ts'
import { Database } from '../../../../src/plugins/capabilities/sqlite/database.ts'
import { SharedFolder } from '../../../../src/plugins/capabilities/shared-folder.ts'
import { Library } from '../../../../src/plugins/capabilities/sqlite/library.ts'
import { newSharedState, sharedFolder, temporaryFolder } from '../../../support/capabilities.ts'
import { type Cleanup, suite } from '../../../support/suite.ts'

const test = suite('the file of a database')

function open(cleanup: Cleanup, folder = sharedFolder(cleanup)) {
  const file = { path: join(folder.path, 'own.db'), folder, clock: new ManualClock(86_400_000), busyTimeoutMs: 50 }
  return new Database(new Library(), file, { bytesMax: 1 << 20, rowsMax: 10, timeoutMs: 1000 })
}

test('beside the file there is its journal, and nothing else', (cleanup) => {
  const folder = sharedFolder(cleanup)
  const database = open(cleanup, folder)
  database.execute('create table t(x)', [])
  database.execute('create temp table u(x)', [])
  database.execute('insert into t values (1), (2)', [])
  assert.equal(readdirSync(folder.path).sort(), ['lock', 'own.db', 'own.db-journal'])
  database.close()
  assert.is(open(cleanup, folder).query('select count(*) from t', []).values[0]![0]!.tag, 'integer')
})

test('while another instance is at it, statements wait, and not for ever', (cleanup) => {
  const [path, state] = [temporaryFolder(cleanup), newSharedState()]
  const other = new SharedFolder(path, state)
  const database = open(cleanup, new SharedFolder(path, state))
  database.execute('create table t(x)', [])
  other.take('sql', 0)
  assert.throws(() => database.query('select * from t', []), /other instances of the plugin were at the database/)
  assert.throws(() => database.execute('insert into t values (1)', []), /other instances/)
  other.giveBack('sql')
  assert.equal(database.query('select * from t', []).values, [])
  assert.is(other.take('sql', 0), 'free', 'the turn ends with the statement')
})

test('a link in its place is not followed', (cleanup) => {
  const folder = sharedFolder(cleanup)
  const outside = join(temporaryFolder(cleanup), 'other.db')
  symlinkSync(outside, join(folder.path, 'own.db'))
  assert.throws(() => open(cleanup, folder), /unable to open database file/)
  assert.not(existsSync(outside))
})

test('where the file cannot be, it is said', (cleanup) => {
  const folder = sharedFolder(cleanup)
  mkdirSync(join(folder.path, 'own.db'))
  assert.throws(() => open(cleanup, folder), /unable to open database file/)
})

test('its time is the broker’s, and everywhere is Greenwich', (cleanup) => {
  const { values } = open(cleanup).query("select datetime('now'), datetime('now', 'localtime')", [])
  assert.equal(values, [Array(2).fill({ tag: 'text', val: '1970-01-02 00:00:00' })])
})

test.run()
