/**
 * What a statement may do, asked by SQLite for each thing that it would do. Tables and what is in them are the plugin's
 * own business; other files, SQLite's settings and transactions that outlive the call are not.
 */

/** SQLite's numbers for what a statement may do, of what is not simply allowed. */
const action = {
  pragma: 19,
  transaction: 22,
  attach: 24,
  detach: 25,
  createVirtualTable: 29,
  function: 31,
  savepoint: 32,
}

/** Those that ask. */
const questions = new Set([
  ...['table_info', 'table_xinfo', 'table_list', 'index_list', 'index_info', 'index_xinfo', 'foreign_key_list'],
  ...['foreign_key_check', 'integrity_check', 'quick_check', 'page_count', 'page_size', 'max_page_count'],
  ...['freelist_count', 'function_list', 'collation_list', 'compile_options', 'encoding', 'data_version'],
])
/** Those that change what is the plugin's own. */
const ownPragmas = new Set(['user_version', 'application_id', 'foreign_keys', 'optimize', 'table_list'])
/** Those whose argument names what is asked about. */
const takesName = /_(info|xinfo|list|check)$/

const virtualTables = new Set(['fts5', 'fts5vocab', 'rtree', 'rtree_i32', 'geopoly'])
const forbiddenFunctions = new Set(['load_extension', 'fts3_tokenizer', 'writefile', 'readfile', 'edit'])

/** `VACUUM`, when nothing else is in the statement, attaches a file without a name and begins a transaction. */
export function mayDo(what: number, first: string, second: string, isVacuum: boolean): boolean {
  switch (what) {
    case action.attach:
      return isVacuum && first === ''
    case action.detach:
      return isVacuum
    case action.pragma:
      return mayAskOrSet(first.toLowerCase(), second)
    case action.createVirtualTable:
      return virtualTables.has(second.toLowerCase())
    case action.function:
      return !forbiddenFunctions.has(second.toLowerCase())
    case action.transaction:
    case action.savepoint:
      return isVacuum
    default:
      return true
  }
}

function mayAskOrSet(name: string, argument: string): boolean {
  return ownPragmas.has(name) || (questions.has(name) && (argument === '' || takesName.test(name)))
}
