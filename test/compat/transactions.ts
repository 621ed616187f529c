/**
 * Kafka's own Java clients, the second generation of them (KIP-890), use transactions on a broker of ours: commit and
 * abort, read committed, consume, transform and produce, a zombie, an administrator. `npm run compat:transactions`.
 */
import { judgeJava } from './java-story.ts'

const limitMs = 120_000

const committed = ['0.0', '0.1', '0.2', '0.3', '0.4', '2.0', '2.1', '2.2', '2.3', '2.4']
/** What Apache Kafka 4.4.0 made of it. */
const expected = [
  'feature transaction.version 2',
  `committed [${committed.join(', ')}]`,
  'uncommitted 20',
  `transformed [${committed.map((value) => `${value}!`).join(', ')}]`,
  'offsets [8, 11]',
  'zombie commits: ProducerFencedException',
  'after the zombie [in time]',
  'described Ongoing 1 60000',
  'listed [contested CompleteCommit, hanging Ongoing, transformer CompleteCommit, writer CompleteAbort]',
  'open from 0 sequence 0',
  'aborted by hand: open false',
  'fenced: InvalidProducerEpochException',
]

process.exitCode = await judgeJava('test/compat/JavaTransactions.java', expected, limitMs)
