/** Apache Kafka, one node in KRaft mode, with the heap and the collector that its own start script gives it. */
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../commands.ts'
import { cache, root, source } from '../place.ts'
import { type Broker, freePort } from './broker.ts'

const currentVersion = '4.4.0'
export const kafkaJars = join(cache, `kafka-${currentVersion}`)
const collector = ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:InitiatingHeapOccupancyPercent=35']
const clusterId = 'blink-bench-0123456789'

/** As it comes, but for what a single node and a test need. */
export const plainKafka = kafkaWith([])
/** The last release that served the oldest versions (KIP-896), and message formats 0 and 1. */
export const olderKafka = kafkaWith([], { version: '3.9.1' })
/** Topics of earlier rounds leave the disk. */
export const kafka = kafkaWith(['log.segment.delete.delay.ms=1000'])

/** It takes what clients push of their metrics, too. */
export const metricsTakingKafka = kafkaWith(['metric.reporters=TakesMetrics'], {
  classes: [join(root, 'test', 'compat', 'TakesMetrics.java')],
})

/** It asks ACLs, and allows what none speaks of. */
export const authorizingKafka = kafkaWith([
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found=true',
])

/** With listeners where clients log in, on these ports; on the second a login holds for two seconds. */
export function kafkaWithLogins(loginPort: number, renewingPort: number): Broker {
  const logins = 'LOGIN:SASL_PLAINTEXT,RENEWING:SASL_PLAINTEXT'
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const oauth = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required'
  const jaas = (listener: string) =>
    [
      `plain.sasl.jaas.config=${plain} user_alice="alice-secret" user_bob="bob-secret";`,
      ...['256', '512'].map((bits) => `scram-sha-${bits}.sasl.jaas.config=${scram}`),
      `oauthbearer.sasl.jaas.config=${oauth} unsecuredLoginStringClaim_sub="kafka";`,
    ].map((line) => `listener.name.${listener}.${line}`)
  return kafkaWith(
    [
      `listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,${logins}`,
      'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      'delegation.token.secret.key=the-secret-of-all-tokens',
      'listener.name.renewing.connections.max.reauth.ms=2000',
      ...jaas('login'),
      ...jaas('renewing'),
    ],
    { listeners: `,LOGIN://127.0.0.1:${loginPort},RENEWING://127.0.0.1:${renewingPort}` },
  )
}

interface Special {
  /** Beside its plain one. */
  readonly listeners?: string
  /** Sources in Java of what its settings name. */
  readonly classes?: readonly string[]
  readonly version?: string
}

function kafkaWith(more: readonly string[], special: Special = {}): Broker {
  const { listeners = '', classes = [], version = currentVersion } = special
  const jars = join(cache, `kafka-${version}`)
  return {
    name: 'kafka',
    async prepare() {
      await run('java', ['-version'])
      if (existsSync(jars)) return
      const part = `${jars}.part`
      const options = [`-DkafkaVersion=${version}`, `-DoutputDirectory=${part}`]
      await run('mvn', ['-q', '-B', '-f', join(source, 'kafka', 'pom.xml'), 'dependency:copy-dependencies', ...options])
      renameSync(part, jars)
    },
    async command(port, folder) {
      const config = join(folder, 'server.properties')
      const own = properties(port, await freePort(), join(folder, 'data'), listeners)
      writeFileSync(config, [...own, ...more, ''].join('\n'))
      const logging = join(folder, 'log4j2.yaml')
      writeFileSync(logging, 'Configuration: { Loggers: { Root: { level: "OFF" } } }\n')
      const all = join(jars, '*')
      if (classes.length > 0) await run('javac', ['-d', folder, '-cp', all, ...classes])
      const java = [`-Dlog4j2.configurationFile=${logging}`, '-cp', [all, folder].join(delimiter)]
      await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config])
      return { file: 'java', args: ['-server', '-Xms1g', '-Xmx1g', ...collector, ...java, 'kafka.Kafka', config] }
    },
  }
}

function properties(port: number, controllerPort: number, data: string, listeners: string): readonly string[] {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${listeners}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}${listeners}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${data}`,
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    // Until its topic can be written to, no share group gets partitions.
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
  ]
}
