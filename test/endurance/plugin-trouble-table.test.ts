import * as assert from 'uvu/assert'
import { chaos, chaosLetters } from '../support/components.ts'
import { troubleLetters02, troubleOfBatches } from '../support/components-0-2.ts'
import { suite } from '../support/suite.ts'
import { troubleTable } from '../support/trouble.ts'

/**
 * A batch `a?c` goes over Kafka, then over HTTP, to a plugin whose settings have the policy `on_error` `on_reject`. The
 * table says which records the answers name (over HTTP as R refused, F failed, - for those of a batch in which others
 * were), what is stored, what became dead letters, how many records the plugin behind it saw, whose count goes on as
 * if nothing had been, and what is logged as an error.
 */
const test = suite('each kind of trouble and each policy', 45)

const expected01 = `
  trouble          policy             kafka                http    stored buried seen log
  refuses          reject fail        INVALID_RECORD 1     422 -R-               2
  refuses          reject drop        NONE                 207 0R2 ac            2
  refuses          reject dead-letter NONE                 207 0R2 ac     n      2
  refuses          accept fail        INVALID_RECORD 1     422 -R-               2
  refuses          accept drop        NONE                 207 0R2 ac            2
  refuses          accept dead-letter NONE                 207 0R2 ac     n      2
  traps            reject fail        INVALID_RECORD 1     422 -F-               2    on-record trap, restart
  traps            reject drop        NONE                 207 0F2 ac            2    on-record trap, restart
  traps            reject dead-letter NONE                 207 0F2 ac     T      2    on-record trap, restart
  traps            accept fail        NONE                 200 012 aTc           3    on-record trap, restart
  traps            accept drop        NONE                 200 012 aTc           3    on-record trap, restart
  traps            accept dead-letter NONE                 200 012 aTc           3    on-record trap, restart
  hangs            reject fail        INVALID_RECORD 1                           2    on-record timeout, restart
  hangs            reject drop        NONE                         ac            2    on-record timeout, restart
  hangs            reject dead-letter NONE                         ac     L      2    on-record timeout, restart
  hangs            accept fail        NONE                         aLc           3    on-record timeout, restart
  takes memory     reject fail        INVALID_RECORD 1                           2    on-record memory, restart
  takes memory     reject drop        NONE                         ac            2    on-record memory, restart
  takes memory     reject dead-letter NONE                         ac     G      2    on-record memory, restart
  takes memory     accept fail        NONE                         aGc           3    on-record memory, restart
  floods its log   reject fail        INVALID_RECORD 1                           2    on-record timeout, restart
  floods its log   reject drop        NONE                         ac            2    on-record timeout, restart
  floods its log   reject dead-letter NONE                         ac     F      2    on-record timeout, restart
  floods its log   accept fail        NONE                         aFc           3    on-record timeout, restart
  overflows stack  reject fail        INVALID_RECORD 1                           2    on-record trap, restart
  overflows stack  reject drop        NONE                         ac            2    on-record trap, restart
  overflows stack  reject dead-letter NONE                         ac     R      2    on-record trap, restart
  overflows stack  accept fail        NONE                         aRc           3    on-record trap, restart
  logs no UTF-8    reject fail        NONE                 200 012 aUc           3
  logs no UTF-8    reject drop        NONE                 200 012 aUc           3
  logs no UTF-8    reject dead-letter NONE                 200 012 aUc           3
  logs no UTF-8    accept fail        NONE                 200 012 aUc           3
  logs no UTF-8    accept drop        NONE                 200 012 aUc           3
  logs no UTF-8    accept dead-letter NONE                 200 012 aUc           3
  record no UTF-8  reject fail        INVALID_RECORD 1     422 -R-               2
  record no UTF-8  reject drop        NONE                 207 0R2 ac            2
  record no UTF-8  reject dead-letter NONE                 207 0R2 ac     ~~     2
  record no UTF-8  accept fail        INVALID_RECORD 1     422 -R-               2
  record no UTF-8  accept drop        NONE                 207 0R2 ac            2
  record no UTF-8  accept dead-letter NONE                 207 0R2 ac     ~~     2`

test('of plugins of 0.1, one record alone fails', async (cleanup) => {
  const table = await troubleTable(cleanup, await chaos(), [
    { what: 'refuses', value: chaosLetters.refuse },
    { what: 'traps', value: chaosLetters.trap },
    { what: 'hangs', value: chaosLetters.loop, isCostly: true },
    { what: 'takes memory', value: chaosLetters.takeAllMemory, isCostly: true },
    { what: 'floods its log', value: chaosLetters.floodLog, isCostly: true },
    { what: 'overflows stack', value: chaosLetters.overflowStack, isCostly: true },
    { what: 'logs no UTF-8', value: chaosLetters.logBytes },
    { what: 'record no UTF-8', value: '\xff\xfe' },
  ])
  assert.equal(table, linesOf(expected01))
})

const expected02 = `
  trouble          policy             kafka                http    stored buried seen log
  refuses          reject fail        INVALID_RECORD 1     422 -R-               2
  refuses          reject drop        NONE                 207 0R2 ac            2
  refuses          reject dead-letter NONE                 207 0R2 ac     n      2
  refuses          accept fail        INVALID_RECORD 1     422 -R-               2
  refuses          accept drop        NONE                 207 0R2 ac            2
  refuses          accept dead-letter NONE                 207 0R2 ac     n      2
  traps            reject fail        INVALID_RECORD 0,1,2 422 FFF               0    on-records trap, restart
  traps            reject drop        NONE                 422 FFF               0    on-records trap, restart
  traps            reject dead-letter NONE                 422 FFF        aTc    0    on-records trap, restart
  traps            accept fail        NONE                 200 012 aTc           3    on-records trap, restart
  traps            accept drop        NONE                 200 012 aTc           3    on-records trap, restart
  traps            accept dead-letter NONE                 200 012 aTc           3    on-records trap, restart
  hangs            reject fail        INVALID_RECORD 0,1,2                       0    on-records timeout, restart
  hangs            reject drop        NONE                                       0    on-records timeout, restart
  hangs            reject dead-letter NONE                                aLc    0    on-records timeout, restart
  hangs            accept fail        NONE                         aLc           3    on-records timeout, restart
  takes memory     reject fail        INVALID_RECORD 0,1,2                       0    on-records memory, restart
  takes memory     reject drop        NONE                                       0    on-records memory, restart
  takes memory     reject dead-letter NONE                                aGc    0    on-records memory, restart
  takes memory     accept fail        NONE                         aGc           3    on-records memory, restart
  floods its log   reject fail        INVALID_RECORD 0,1,2                       0    on-records timeout, restart
  floods its log   reject drop        NONE                                       0    on-records timeout, restart
  floods its log   reject dead-letter NONE                                aFc    0    on-records timeout, restart
  floods its log   accept fail        NONE                         aFc           3    on-records timeout, restart
  overflows stack  reject fail        INVALID_RECORD 0,1,2                       0    on-records trap, restart
  overflows stack  reject drop        NONE                                       0    on-records trap, restart
  overflows stack  reject dead-letter NONE                                aRc    0    on-records trap, restart
  overflows stack  accept fail        NONE                         aRc           3    on-records trap, restart
  logs no UTF-8    reject fail        NONE                 200 012 aUc           3
  logs no UTF-8    reject drop        NONE                 200 012 aUc           3
  logs no UTF-8    reject dead-letter NONE                 200 012 aUc           3
  logs no UTF-8    accept fail        NONE                 200 012 aUc           3
  logs no UTF-8    accept drop        NONE                 200 012 aUc           3
  logs no UTF-8    accept dead-letter NONE                 200 012 aUc           3
  reason no UTF-8  reject fail        INVALID_RECORD 1     422 -R-               2
  reason no UTF-8  reject drop        NONE                 207 0R2 ac            2
  reason no UTF-8  reject dead-letter NONE                 207 0R2 ac     B      2
  reason no UTF-8  accept fail        INVALID_RECORD 1     422 -R-               2
  reason no UTF-8  accept drop        NONE                 207 0R2 ac            2
  reason no UTF-8  accept dead-letter NONE                 207 0R2 ac     B      2
  a verdict less   reject fail        INVALID_RECORD 0,1,2                       0    on-records bad-result, restart
  a verdict less   reject drop        NONE                                       0    on-records bad-result, restart
  a verdict less   reject dead-letter NONE                                a-c    0    on-records bad-result, restart
  a verdict less   accept fail        NONE                         a-c           3    on-records bad-result, restart
  no verdict       reject fail        INVALID_RECORD 0,1,2                       0    on-records bad-result, restart
  no verdict       reject drop        NONE                                       0    on-records bad-result, restart
  no verdict       reject dead-letter NONE                                a?c    0    on-records bad-result, restart
  no verdict       accept fail        NONE                         a?c           3    on-records bad-result, restart
  record no UTF-8  reject fail        NONE                 200 012 a~~c          3
  record no UTF-8  reject drop        NONE                 200 012 a~~c          3
  record no UTF-8  reject dead-letter NONE                 200 012 a~~c          3
  record no UTF-8  accept fail        NONE                 200 012 a~~c          3
  record no UTF-8  accept drop        NONE                 200 012 a~~c          3
  record no UTF-8  accept dead-letter NONE                 200 012 a~~c          3`

test('of plugins of 0.2, all records of a call fail', async (cleanup) => {
  const table = await troubleTable(cleanup, await troubleOfBatches(), [
    { what: 'refuses', value: troubleLetters02.refuse },
    { what: 'traps', value: troubleLetters02.trap },
    { what: 'hangs', value: troubleLetters02.loop, isCostly: true },
    { what: 'takes memory', value: troubleLetters02.takeAllMemory, isCostly: true },
    { what: 'floods its log', value: troubleLetters02.floodLog, isCostly: true },
    { what: 'overflows stack', value: troubleLetters02.overflowStack, isCostly: true },
    { what: 'logs no UTF-8', value: troubleLetters02.logBytes },
    { what: 'reason no UTF-8', value: troubleLetters02.refuseInBytes },
    { what: 'a verdict less', value: troubleLetters02.fewerVerdicts, isCostly: true },
    { what: 'no verdict', value: troubleLetters02.noVerdict, isCostly: true },
    { what: 'record no UTF-8', value: '\xff\xfe' },
  ])
  assert.equal(table, linesOf(expected02))
})

/** Without the indentation. */
function linesOf(table: string): readonly string[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
}

test.run()
