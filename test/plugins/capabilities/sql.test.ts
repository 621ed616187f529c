/** blink:plugin/sql, as a component calls it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../../src/plugins/capabilities/capabilities.ts'
import { sql } from '../../../src/plugins/capabilities/sql.ts'
import { environmentFor, functionsOf, grants, newSharedState, thrownBy } from '../../support/capabilities.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('blink:plugin/sql')

interface Sql {
  query(statement: string, parameters: readonly object[]): { columns: string[]; values: object[][] }
  execute(statement: string, parameters: readonly object[]): bigint
}

function opened(cleanup: Cleanup, environment = environmentFor(cleanup)) {
  return { ...(functionsOf(sql(environment), 'blink:plugin/sql') as unknown as Sql), environment }
}

const integer = (val: bigint) => ({ tag: 'integer', val })

test('a plugin to which it is not granted has none of it', (cleanup) => {
  assert.equal(sql(environmentFor(cleanup, { grants: nothingGranted })), {})
})

test('what was written is read, also after a restart, and not by another plugin', (cleanup) => {
  const { execute, query, environment } = opened(cleanup)
  execute('create table t(v)', [])
  assert.is(execute('insert into t values (?)', [integer(5n)]), 1n)
  assert.equal(query('select v from t', []), { columns: ['v'], values: [[integer(5n)]] })
  const again = opened(cleanup, { ...environment, shared: newSharedState() })
  assert.equal(again.query('select v from t', []).values, [[integer(5n)]])
  assert.is((thrownBy(() => opened(cleanup).query('select v from t', [])) as { tag: string }).tag, 'statement')
})

test('errors are those of the interface', (cleanup) => {
  const limits = { bytesMax: 100_000, rowsMax: 2, timeoutMs: 50 }
  const { execute, query } = opened(cleanup, environmentFor(cleanup, { grants: { ...grants, sql: limits } }))
  const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n'
  assert.equal(
    thrownBy(() => query('select x', [])),
    { tag: 'statement', val: 'no such column: x' },
  )
  assert.equal(
    thrownBy(() => query('values (1), (2), (3)', [])),
    { tag: 'too-many-rows', val: 2 },
  )
  assert.equal(
    thrownBy(() => query(endless, [])),
    { tag: 'timeout' },
  )
  execute('create table t(v)', [])
  assert.equal(
    thrownBy(() => execute('insert into t values (zeroblob(200000))', [])),
    { tag: 'full' },
  )
})

test('a file that is no database is said to whoever runs the broker', (cleanup) => {
  const environment = environmentFor(cleanup)
  writeFileSync(join(environment.folder, 'sql.db'), 'something else, for a few hundred bytes. '.repeat(50))
  const { query } = opened(cleanup, environment)
  assert.equal(
    thrownBy(() => query('select 1', [])),
    { tag: 'statement', val: 'file is not a database' },
  )
  assert.match(
    environment.lines[0]!,
    /^error: its database .*sql\.db cannot be opened: file is not a database; without/,
  )
})

test.run()
