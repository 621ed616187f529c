/** The clients: how each is had, how its program is started, and what it cannot do. */
import { resolve } from 'node:path'
import { run } from '../../bench/commands.ts'
import { kafkaJars, plainKafka } from '../../bench/brokers/kafka.ts'
import { kafkaVersion } from '../../compat/jars.ts'
import * as setUp from './set-up.ts'
import { countingSteps, copyingSteps, sharedCountingSteps, shareSteps, type Step, steps, toolSteps } from './story.ts'

export interface Program {
  readonly version: string
  readonly file: string
  /** The broker's address and a name for its own come after these. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Client {
  readonly name: string
  readonly language: string
  readonly steps: readonly Step[]
  /** By the name of the step, and why. A client that does it after all is an error, too. */
  readonly cannot: Readonly<Record<string, string>>
  /** Throws Unavailable where it cannot be had. */
  prepare(): Promise<Program>
}

export const quietJava = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx256m', '-Dlog4j2.level=OFF']

function client(name: string, language: string, prepare: Client['prepare'], cannot: Client['cannot'] = {}): Client {
  return { name, language, steps, cannot, prepare }
}

/** Of a program in TypeScript, as it was compiled. */
function compiled(path: string): string {
  return resolve('build/test/clients', path)
}

function inPython(name: string, env: Program['env'] = {}): () => Promise<Program> {
  return async () => ({
    version: setUp.pinned('python/requirements.txt', name),
    file: await setUp.python(),
    args: ['-B', resolve(`test/clients/python/with_${name.replace('-', '_')}.py`)],
    env,
  })
}

function inGo(name: string, module: string): () => Promise<Program> {
  return async () => ({ version: setUp.pinned('go/go.mod', module), file: await setUp.goProgram(name), args: [] })
}

/** With `group.protocol=consumer`, where the broker assigns. */
const newProtocol = ' (KIP-848)'

async function java(flags: readonly string[] = [], story = 'Story'): Promise<Program> {
  await plainKafka.prepare()
  await run('java', ['-version'])
  const args = [...quietJava, '-cp', `${kafkaJars}/*`, ...flags, resolve(`test/clients/java/${story}.java`)]
  return { version: kafkaVersion, file: 'java', args }
}

/** What the jars of Kafka's tools are good for. */
function withTools(name: string, of: readonly Step[], program: (flags: readonly string[]) => Program): Client {
  const prepare = async () => program([...quietJava, '-cp', await setUp.kafkaTools()])
  return { name, language: 'Java', steps: of, cannot: {}, prepare }
}

function countingWords(flags: readonly string[]): Program {
  const program = resolve('test/clients/java/WordCount.java')
  return { version: setUp.toolsVersion, file: 'java', args: [...flags, `-Dword.count=${program}`, program] }
}

function drivenByNode(path: string, flags: readonly string[]): Program {
  const env = { JAVA_FLAGS: flags.join(' ') }
  return { version: setUp.toolsVersion, file: process.execPath, args: [compiled(path)], env }
}

const administersNothing = 'kcat administers nothing'

export const clients: readonly Client[] = [
  client('kafkajs', 'JavaScript', async () => ({
    version: setUp.packageVersion('kafkajs'),
    file: process.execPath,
    args: [compiled('kafkajs/story.js')],
  })),
  client('@platformatic/kafka', 'JavaScript', async () => ({
    version: setUp.packageVersion('@platformatic/kafka'),
    file: await setUp.newerNode(),
    args: [compiled('platformatic/story.js')],
  })),
  client(
    'node-rdkafka',
    'JavaScript',
    async () => ({
      version: setUp.nodeRdkafkaVersion,
      env: { NODE_RDKAFKA: await setUp.nodeRdkafka() },
      file: process.execPath,
      args: [compiled('node-rdkafka/story.js')],
    }),
    { configs: 'its administrator has topics and partitions alone' },
  ),
  client(
    'kcat',
    'command line',
    async () => ({
      version: await setUp.kcatVersion(),
      file: process.execPath,
      args: [compiled('kcat/story.js')],
    }),
    {
      create: administersNothing,
      'create again': administersNothing,
      configs: administersNothing,
      delete: administersNothing,
    },
  ),
  client('kafka-python', 'Python', inPython('kafka-python')),
  client('confluent-kafka', 'Python', inPython('confluent-kafka')),
  client(`confluent-kafka${newProtocol}`, 'Python', inPython('confluent-kafka', { GROUP_PROTOCOL: 'consumer' })),
  client('aiokafka', 'Python', inPython('aiokafka')),
  client('Java client', 'Java', () => java()),
  client(`Java client${newProtocol}`, 'Java', () => java(['-Dgroup.protocol=consumer'])),
  client('franz-go', 'Go', inGo('franz-go', 'github.com/twmb/franz-go')),
  client('Sarama', 'Go', inGo('sarama', 'github.com/IBM/sarama')),
  {
    name: 'Java client (KIP-932)',
    language: 'Java',
    steps: shareSteps,
    cannot: {},
    prepare: () => java([], 'ShareStory'),
  },
  // These take the longest, each by itself.
  withTools('Kafka Streams', countingSteps, (flags) => countingWords(flags)),
  withTools('Kafka Streams (KIP-1071)', sharedCountingSteps, (flags) =>
    countingWords([...flags, '-Dgroup.protocol=streams']),
  ),
  withTools('Kafka Connect', copyingSteps, (flags) => drivenByNode('connect/story.js', flags)),
  withTools("Kafka's tools", toolSteps, (flags) => drivenByNode('tools/story.js', flags)),
]
