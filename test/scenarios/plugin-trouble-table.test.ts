import * as assert from 'uvu/assert'
import { chaos, chaosLetters } from '../support/components.ts'
import { troubleLetters02, troubleOfBatches } from '../support/components-0-2.ts'
import { suite } from '../support/suite.ts'
import { troubleTable } from '../support/trouble.ts'

const test = suite('each kind of trouble and each policy', 45)

test('of plugins of 0.1, one record alone fails', async (cleanup) => {
  const table = await troubleTable(cleanup, await chaos(), [
    { what: 'refuses', value: chaosLetters.refuse },
    { what: 'traps', value: chaosLetters.trap },
    { what: 'hangs', value: chaosLetters.loop, isLong: true },
    { what: 'takes all memory', value: chaosLetters.takeAllMemory },
    { what: 'floods its log', value: chaosLetters.floodLog, isLong: true },
    { what: 'overflows stack', value: chaosLetters.overflowStack },
    { what: 'logs no UTF-8', value: chaosLetters.logBytes },
    { what: 'record no UTF-8', value: '\xff\xfe' },
  ])
  console.log(table.join('\n'))
})

test('of plugins of 0.2, all records of a call fail', async (cleanup) => {
  const table = await troubleTable(cleanup, await troubleOfBatches(), [
    { what: 'refuses', value: troubleLetters02.refuse },
    { what: 'traps', value: troubleLetters02.trap },
    { what: 'hangs', value: troubleLetters02.loop, isLong: true },
    { what: 'takes all memory', value: troubleLetters02.takeAllMemory },
    { what: 'floods its log', value: troubleLetters02.floodLog, isLong: true },
    { what: 'overflows stack', value: troubleLetters02.overflowStack },
    { what: 'logs no UTF-8', value: troubleLetters02.logBytes },
    { what: 'reason no UTF-8', value: troubleLetters02.refuseInBytes },
    { what: 'a verdict less', value: troubleLetters02.fewerVerdicts },
    { what: 'no verdict', value: troubleLetters02.noVerdict },
    { what: 'record no UTF-8', value: '\xff\xfe' },
  ])
  console.log(table.join('\n'))
})

test.run()
