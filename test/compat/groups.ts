/**
 * Kafka's own Java consumer in groups of both protocols: three members, regular expressions, static members, an
 * application that is upgraded member by member and back again, an administrator. `npm run compat:groups`.
 */
import { judgeJava } from './java-story.ts'

const limitMs = 300_000

const upgrade = (protocol: string, types: readonly string[]) =>
  types.map((type) => `to ${protocol} ${type} [2, 2, 2] apart true`)

/** What Apache Kafka 4.4.0 made of it. */
const expected = [
  'feature group.version 1',
  'three members [2, 2, 2] apart true',
  'described Consumer Stable 3 by uniform',
  'two members [3, 3]',
  'read 120 of 120',
  'by pattern 3',
  'static true [3, 3]',
  'classic Classic [2, 2, 2]',
  ...upgrade('consumer', ['Consumer', 'Consumer', 'Consumer']),
  ...upgrade('classic', ['Consumer', 'Consumer', 'Classic']),
  'committed 180',
  'altered 1',
  'left 0',
]

process.exitCode = await judgeJava('test/compat/JavaGroups.java', expected, limitMs)
