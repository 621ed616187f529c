/** Statements that nobody trusts: what they answer, how far they get, and where they end. */
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { systemClock } from '../../../../src/base/clock.ts'
import { SharedFolder } from '../../../../src/plugins/capabilities/shared-folder.ts'
import {
  Database,
  type Limits,
  type SqlError,
  type Value,
} from '../../../../src/plugins/capabilities/sqlite/database.ts'
import { Library } from '../../../../src/plugins/capabilities/sqlite/library.ts'
import { newSharedState, sharedFolder, temporaryFolder, thrownBy } from '../../../support/capabilities.ts'
import { startFolderThread } from '../../../support/folder-threads.ts'
import { type Cleanup, suite } from '../../../support/suite.ts'

const test = suite('a database for untrusted statements', 20)

const limits: Limits = { bytesMax: 1 << 20, rowsMax: 100, timeoutMs: 500 }

function open(folder: SharedFolder, changes: Partial<Limits> = {}): Database {
  const file = { path: join(folder.path, 'sql.db'), folder, clock: systemClock, busyTimeoutMs: 1000 }
  return new Database(new Library(), file, { ...limits, ...changes })
}

const opened = (cleanup: Cleanup, changes: Partial<Limits> = {}) => open(sharedFolder(cleanup), changes)

const integer = (val: bigint | number): Value => ({ tag: 'integer', val: BigInt(val) })
const text = (val: string): Value => ({ tag: 'text', val })

/** As `tag: message`. */
function refused(database: Database, statement: string, parameters: readonly Value[] = []): string {
  const { tag, message } = thrownBy(() => database.execute(statement, parameters)) as SqlError
  return `${tag}: ${message}`
}

test('values come out as they went in', (cleanup) => {
  const database = opened(cleanup)
  database.execute('create table t(v)', [])
  const values: readonly Value[] = [
    { tag: 'null' },
    integer(0),
    integer(2n ** 63n - 1n),
    integer(-(2n ** 63n)),
    { tag: 'real', val: 1 },
    { tag: 'real', val: -1e300 },
    text(''),
    text('a\0b \u{1f50c}'),
    { tag: 'blob', val: Uint8Array.of() },
    { tag: 'blob', val: Uint8Array.of(0, 255, 7) },
  ]
  for (const value of values) assert.is(database.execute('insert into t values (?)', [value]), 1n)
  const rows = database.query('select v, v as v from t', [])
  assert.equal(rows.columns, ['v', 'v'])
  assert.equal(
    rows.values,
    values.map((value) => [value, value]),
  )
})

test('how many rows were changed', (cleanup) => {
  const database = opened(cleanup)
  assert.is(database.execute('create table t(v)', []), 0n)
  assert.is(database.execute('insert into t values (1), (2), (3)', []), 3n)
  assert.is(database.execute('update t set v = 0 where v > ? returning v', [integer(1)]), 2n)
  assert.is(database.execute('delete from t where v = 9', []), 0n)
  assert.is(database.execute('select * from t', []), 0n)
})

test('a query changes nothing', (cleanup) => {
  const database = opened(cleanup)
  const error = thrownBy(() => database.query('create table t(v)', [])) as SqlError
  assert.is(error.message, 'query only reads: for what changes there is execute')
})

test('one statement at a time, with its parameters', (cleanup) => {
  const database = opened(cleanup)
  assert.match(refused(database, 'select 1; drop table t'), /several statements/)
  assert.match(refused(database, 'select 1;; ; select'), /several statements/)
  assert.is(refused(database, ' -- nothing'), 'statement: there is no statement in it')
  assert.is(refused(database, 'select ?, ?', [integer(1)]), 'statement: it has 2 parameters, and 1 were given')
  assert.is(refused(database, 'select 1\0; select 2'), 'statement: it has a zero in it')
  assert.match(refused(database, 'selec'), /^statement: near "selec": syntax error/)
  assert.equal(database.query('select 1; -- and that is all', []).values, [[integer(1)]])
})

test('a parameter is a value, whatever it says', (cleanup) => {
  const database = opened(cleanup)
  database.execute('create table t(v)', [])
  database.execute('insert into t values (?)', [text("'); drop table t; --")])
  assert.is(database.query('select v from t', []).values.length, 1)
})

test('too many rows are an error, and so is too large an answer', (cleanup) => {
  const database = opened(cleanup, { bytesMax: 64 << 20 })
  const series = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select i from n'
  assert.is(database.query(series, [integer(100)]).values.length, 100)
  assert.is((thrownBy(() => database.query(series, [integer(101)])) as SqlError).tag, 'too-many-rows')
  const large = series.replace('select i from', 'select zeroblob(1000000) from')
  assert.match((thrownBy(() => database.query(large, [integer(20)])) as SqlError).message, /more than 16777216 bytes/)
  assert.is(database.query(series, [integer(1)]).values.length, 1, 'it goes on')
})

test('a statement without end is ended, and nothing was changed', (cleanup) => {
  const database = opened(cleanup)
  database.execute('create table t(v)', [])
  const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n)'
  const began = performance.now()
  assert.is(
    refused(database, `insert into t ${endless} select 1 from n where i < 0`),
    'timeout: it took longer than 500 ms',
  )
  assert.is(refused(database, `${endless} select count(*) from n`), 'timeout: it took longer than 500 ms')
  assert.ok(performance.now() - began < 3000)
  assert.equal(database.query('select count(*) from t', []).values, [[integer(0)]])
})

test('what would take long in one step is refused', (cleanup) => {
  const database = opened(cleanup)
  assert.match(refused(database, 'select randomblob(1000000000)'), /too big/)
  assert.match(refused(database, `select 'a' like '${'%a'.repeat(100)}'`), /pattern too complex/)
})

test('an oversize database is full, goes on being read, and can be emptied', (cleanup) => {
  const database = opened(cleanup, { bytesMax: 200_000 })
  database.execute('create table t(v)', [])
  const insert = () => database.execute('insert into t values (zeroblob(10000))', [])
  let count = 0
  const fill = () => {
    for (; ; count++) insert()
  }
  assert.is((thrownBy(fill) as SqlError).tag, 'full')
  assert.ok(count > 10 && count < 20)
  assert.equal(database.query('select count(*) from t', []).values, [[integer(count)]])
  database.execute('delete from t', [])
  database.execute('vacuum', [])
  insert()
})

const escapes = [
  "attach '/etc/passwd' as p",
  "attach '../other/sql.db' as p",
  "attach 'file:/etc/passwd?mode=ro' as p",
  "attach 'file:/etc/passwd?vfs=unix-none' as p",
  "attach ':memory:' as p",
  "attach '' as p",
  "vacuum into '/tmp/blink-escape.db'",
  "/**/ vacuum into '/tmp/blink-escape.db'",
  "select load_extension('/tmp/x.so')",
  "select readfile('/etc/passwd')",
  "select writefile('/tmp/x', 'x')",
  "create virtual table p using csv(filename = '/etc/passwd')",
  "pragma temp_store_directory = '/'",
  'pragma journal_mode = off',
  'pragma journal_mode',
  'pragma locking_mode = exclusive',
  'pragma max_page_count = 1000000',
  'pragma writable_schema = on',
  'pragma mmap_size = 1000000',
  'pragma database_list',
  "update sqlite_dbpage set data = x'00' where pgno = 1",
  "insert into sqlite_schema values ('table', 'x', 'x', 0, 'create table x(y)')",
  'begin',
  'begin exclusive',
  'savepoint s',
  'commit',
  'detach main',
] as const

for (const statement of escapes) {
  test(`refused: ${statement}`, (cleanup) => {
    const database = opened(cleanup)
    assert.match(
      refused(database, statement),
      /^statement: (not authorized|authorization denied|no such|read-only|table)/,
    )
    assert.equal(database.query('select 1', []).values, [[integer(1)]])
  })
}

test('what a plugin may ask and have', (cleanup) => {
  const database = opened(cleanup)
  database.execute('create table t(a primary key, b) without rowid', [])
  database.execute('create virtual table f using fts5(x)', [])
  database.execute("insert into f values ('hello world')", [])
  database.execute('pragma user_version = 7', [])
  assert.equal(database.query('pragma user_version', []).values, [[integer(7)]])
  assert.is(database.query("pragma table_info('t')", []).values.length, 2)
  assert.equal(database.query("select x from f where f match 'world'", []).values, [[text('hello world')]])
  assert.equal(database.query('pragma quick_check', []).values, [[text('ok')]])
})

test('many different statements do not pile up', (cleanup) => {
  const database = opened(cleanup)
  for (let index = 0; index < 200; index++) database.query(`select ${index}`, [])
  assert.equal(database.query('select 7', []).values, [[integer(7)]])
})

test('instances in several threads change it together', async (cleanup) => {
  const [path, shared] = [temporaryFolder(cleanup), newSharedState()]
  const database = open(new SharedFolder(path, shared))
  database.execute('create table counts(n)', [])
  database.execute('insert into counts values (0)', [])
  const task = { name: 'increment-sql', times: 100 } as const
  await Promise.all([1, 2].map(() => startFolderThread(cleanup, path, shared, task)))
  assert.equal(database.query('select n from counts', []).values, [[integer(200)]])
})

test('a thread that is ended in the middle of a statement has changed nothing', async (cleanup) => {
  const [path, shared] = [temporaryFolder(cleanup), newSharedState()]
  const database = open(new SharedFolder(path, shared))
  database.execute('create table t(v)', [])
  for (let time = 0; time < 4; time++) {
    const thread = await startFolderThread(cleanup, path, shared, { name: 'insert-sql' })
    await new Promise((resolve) => setTimeout(resolve, 20 + 30 * time))
    await thread.terminate()
    const [[count]] = database.query('select count(*) from t', []).values as unknown as [[{ val: bigint }]]
    assert.is(count.val % 1000n, 0n, 'each statement inserts a thousand')
    assert.equal(database.query('pragma quick_check', []).values, [[text('ok')]])
  }
})

test.run()
