/** Apache Kafka, one node in KRaft mode, with the heap and the collector that its own start script gives it. */
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../commands.ts'
import { cache, source } from '../place.ts'
import { type Broker, freePort } from './broker.ts'

const version = '4.4.0'
export const kafkaJars = join(cache, `kafka-${version}`)
const collector = ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:InitiatingHeapOccupancyPercent=35']
const clusterId = 'blink-bench-0123456789'

/** As it comes, but for what a single node and a test need. */
export const plainKafka = kafkaWith([])
/** Topics of earlier rounds leave the disk. */
export const kafka = kafkaWith(['log.segment.delete.delay.ms=1000'])

/** It asks ACLs, and allows what none speaks of. */
export const authorizingKafka = kafkaWith([
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found=true',
])

function kafkaWith(more: readonly string[]): Broker {
  return {
    name: 'kafka',
    async prepare() {
      await run('java', ['-version'])
      if (existsSync(kafkaJars)) return
      const part = `${kafkaJars}.part`
      const options = [`-DkafkaVersion=${version}`, `-DoutputDirectory=${part}`]
      await run('mvn', ['-q', '-B', '-f', join(source, 'kafka', 'pom.xml'), 'dependency:copy-dependencies', ...options])
      renameSync(part, kafkaJars)
    },
    async command(port, folder) {
      const config = join(folder, 'server.properties')
      const own = properties(port, await freePort(), join(folder, 'data'))
      writeFileSync(config, [...own, ...more, ''].join('\n'))
      const logging = join(folder, 'log4j2.yaml')
      writeFileSync(logging, 'Configuration: { Loggers: { Root: { level: "OFF" } } }\n')
      const java = [`-Dlog4j2.configurationFile=${logging}`, '-cp', join(kafkaJars, '*')]
      await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config])
      return { file: 'java', args: ['-server', '-Xms1g', '-Xmx1g', ...collector, ...java, 'kafka.Kafka', config] }
    },
  }
}

function properties(port: number, controllerPort: number, data: string): readonly string[] {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${data}`,
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
  ]
}
