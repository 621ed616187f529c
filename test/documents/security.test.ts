/**
 * docs/security.md is true: its certificate is made, its settings are in force, and the clients of each language get in
 * as it says, by TLS and a login, by either alone, and send a record and read it again.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import clients from 'kafkajs'
import * as assert from 'uvu/assert'
import { defaultSettings } from '../../src/settings/settings.ts'
import { loadSettings } from '../../src/settings/file.ts'
import { run } from '../bench/commands.ts'
import { had } from '../bench/place.ts'
import * as setUp from '../clients/matrix/set-up.ts'
import { authority } from '../support/certificates.ts'
import { blocksOf } from '../support/documents.ts'
import { withoutKcat } from '../support/kcat.ts'
import { producing, readAll, textOf } from '../support/kafkajs.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/workshop-shell.ts'
import { block, protocols, scene, told } from './security-scene.ts'

const limitSeconds = 120
const page = readFileSync('docs/security.md', 'utf8')

const settingsTests = suite('settings of docs/security.md')

settingsTests('each block is settings, and says something else than the defaults', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const { key, certificate } = authority()
  const files = { 'server.key': key, 'server.pem': certificate, 'ca.pem': certificate }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  writeFileSync(join(folder, 'keys.json'), '{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}')
  const all = blocksOf('docs/security.md').filter(({ language }) => language === 'yaml')
  assert.is(all.length, 5)
  for (const { content, line, section } of all) {
    const file = join(folder, `line-${line}.yaml`)
    // Listeners with TLS need what the next section is about.
    writeFileSync(file, section === 'Listeners' ? `${content}${block('TLS', 'yaml')}` : content)
    const env = { ALICE_PASSWORD: 'a', BOB_PASSWORD: 'b' }
    const { settings, warnings } = loadSettings({ file, env, flags: {}, folder })
    assert.not.equal(settings, defaultSettings(folder))
    assert.equal(warnings, [])
  }
})

settingsTests.run()

const properties = { tls: /-X ssl\.\S+ ?/g, login: /-X sasl\.\S+ ?/g }

const blinkTests = suite('blink of docs/security.md', limitSeconds)

for (const protocol of protocols) {
  blinkTests(`blink comes in by ${protocol}`, async (cleanup) => {
    const { type } = await scene(cleanup)
    const list = told(block('Clients', 'sh', 'blink'), properties, protocol)
    const instead = (command: string) => type(list.replace('blink topics list', command))
    assert.match(await instead('echo hello | blink produce greetings'), '1 record in greetings')
    assert.match(await type(list), /^greetings +1 +1 +1$/m)
    if (protocol !== 'SASL_SSL') return
    assert.is(await instead('blink consume greetings --group readers --count 1'), 'hello\n')
    assert.match(await instead('blink groups list'), 'readers')
    assert.match(await instead('blink doctor'), 'speaks Kafka')
  })
}

blinkTests.run()

const kafkajsTests = suite('kafkajs of docs/security.md', limitSeconds)

for (const protocol of protocols) {
  kafkajsTests(`kafkajs comes in by ${protocol}`, async (cleanup) => {
    const { at, folder } = await scene(cleanup)
    const code = at(told(block('Clients', 'js'), { tls: /^ *ssl:.*\n/gm, login: /^ *sasl:.*\n/gm }, protocol))
    const make = new Function('Kafka', 'readFileSync', `return ${code}`)
    const quiet = class extends clients.Kafka {
      constructor(config: clients.KafkaConfig) {
        super({ ...config, logLevel: clients.logLevel.NOTHING })
      }
    }
    const kafka: clients.Kafka = make(quiet, (name: string) => readFileSync(join(folder, name)))
    const producer = await producing(cleanup, kafka)
    await producer.send({ topic: 't', messages: [{ value: 'hello' }] })
    assert.equal((await readAll(cleanup, kafka, 't', 1)).map(textOf), ['hello'])
  })
}

kafkajsTests.run()

const kcatTests = suite('kcat of docs/security.md', limitSeconds, withoutKcat)

for (const protocol of protocols) {
  kcatTests(`kcat comes in by ${protocol}`, async (cleanup) => {
    const { type } = await scene(cleanup)
    const list = told(block('Clients', 'sh', 'kcat'), properties, protocol)
    await type(`echo hello | ${list.replace(' -L ', ' -P -t t ')}`)
    assert.match(await type(list), 'topic "t" with 1 partitions')
    assert.match(await type(list.replace(' -L ', ' -C -t t -e -q ')), /^hello$/m)
  })
}

kcatTests.run()

const { it: python, missing: withoutPython } = await had(setUp.python)
const pythonTests = suite('Python of docs/security.md', limitSeconds, withoutPython)
const named = { tls: /ssl_\w+=[^,)]+,\s*/g, login: /,\s*sasl_\w+='[^']*'/g }

for (const protocol of protocols) {
  const made = told(block('Clients', 'python'), named, protocol).trim()
  const consumer = (name: string) => made.replace('KafkaProducer(', `${name}('t', auto_offset_reset='earliest', `)

  pythonTests(`kafka-python comes in by ${protocol}`, async (cleanup) => {
    const { at, folder } = await scene(cleanup)
    const program = `
from kafka import KafkaConsumer, KafkaProducer
producer = ${made}
producer.send('t', b'hello').get(timeout=30)
print(next(${consumer('KafkaConsumer')}).value.decode())`
    assert.is(await run(python!, ['-c', at(program)], { cwd: folder }), 'hello\n')
  })

  pythonTests(`aiokafka comes in by ${protocol}`, async (cleanup) => {
    const { at, folder } = await scene(cleanup)
    const [, context] = /`(ssl_context=.*?)` in place of `ssl_cafile`/.exec(page) ?? []
    assert.ok(context)
    const asAio = (text: string) => text.replace(/ssl_cafile='[^']*'/, context!)
    const program = `
import asyncio, ssl
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
async def main():
    async with ${asAio(made.replace('KafkaProducer(', 'AIOKafkaProducer('))} as producer:
        await producer.send_and_wait('t', b'hello')
    async with ${asAio(consumer('AIOKafkaConsumer'))} as consumer:
        print((await consumer.getone()).value.decode())
asyncio.run(main())`
    assert.is(await run(python!, ['-c', at(program)], { cwd: folder }), 'hello\n')
  })

  pythonTests(`confluent-kafka comes in by ${protocol}, with what kcat is given`, async (cleanup) => {
    const { at, folder } = await scene(cleanup)
    const flags = at(told(block('Clients', 'sh', 'kcat'), properties, protocol))
    const config = Object.fromEntries([...flags.matchAll(/-X (\S+?)=(\S+)/g)].map(([, key, value]) => [key, value]))
    const bootstrap = { 'bootstrap.servers': /-b (\S+)/.exec(flags)![1], ...config }
    const program = `
from confluent_kafka import Consumer, Producer
config = ${JSON.stringify(bootstrap)}
producer = Producer(config)
producer.produce('t', 'hello')
assert producer.flush(30) == 0
consumer = Consumer({**config, 'group.id': 'g', 'auto.offset.reset': 'earliest'})
consumer.subscribe(['t'])
print(consumer.poll(30).value().decode())
consumer.close()`
    assert.is(await run(python!, ['-c', program], { cwd: folder }), 'hello\n')
  })
}

pythonTests.run()

const { missing: withoutGo } = await had(() => run('go', ['version']))
const goTests = suite('Go of docs/security.md', limitSeconds, withoutGo)
const options = { tls: / ?kgo\.DialTLSConfig\(.*?\}\),/g, login: /,\s*kgo\.SASL\(.*\)(?=\)$)/gm }

goTests('franz-go comes in by each', async (cleanup) => {
  const { at, folder } = await scene(cleanup)
  for (const name of ['go.mod', 'go.sum']) writeFileSync(join(folder, name), readFileSync(`test/clients/go/${name}`))
  const made = protocols.map((protocol) => told(block('Clients', 'go'), options, protocol).trim())
  const reading =
    'kgo.ConsumeTopics("t"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.AllowAutoTopicCreation(), '
  const makers = made.map(
    (code) => `func() (*kgo.Client, error) { return ${code.replace('NewClient(', `NewClient(${reading}`)} },`,
  )
  writeFileSync(
    join(folder, 'main.go'),
    at(`package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	pem, err := os.ReadFile("server.pem")
	must(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	for _, make := range []func() (*kgo.Client, error){
		${makers.join('\n\t\t')}
	} {
		client, err := make()
		must(err)
		must(client.ProduceSync(context.Background(), &kgo.Record{Topic: "t", Value: []byte("hello")}).FirstErr())
		fmt.Println(string(client.PollFetches(context.Background()).Records()[0].Value))
		client.Close()
	}
}
`),
  )
  assert.is(await run('go', ['run', '.'], { cwd: folder }), 'hello\n'.repeat(protocols.length))
})

goTests.run()

const { it: jars, missing: withoutJava } = await had(setUp.kafkaTools)
const javaTests = suite("Java and Kafka's tools of docs/security.md", limitSeconds, withoutJava)
const javaFlags = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -Dlog4j2.level=OFF'
const tools: Readonly<Record<string, string>> = {
  'kafka-acls.sh': 'org.apache.kafka.tools.AclCommand',
  'kafka-configs.sh': 'kafka.admin.ConfigCommand',
  'kafka-console-consumer.sh': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-console-producer.sh': 'org.apache.kafka.tools.ConsoleProducer',
}

/** Puts the tools beside the settings, where `PATH=.:$PATH` finds them. */
function bringTools(folder: string): void {
  for (const [name, main] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec java ${javaFlags} -cp '${jars}' ${main} "$@" 2>&1\n`)
    chmodSync(join(folder, name), 0o755)
  }
}

const lines = { tls: /^ssl\..*\n/gm, login: /^sasl\..*\n/gm }
const sendAndRead = `export PATH=.:$PATH
  at='--bootstrap-server ADDRESS --topic t --command-config client.properties'
  echo hello | kafka-console-producer.sh $at
  kafka-console-consumer.sh $at --from-beginning --max-messages 1`

for (const protocol of protocols) {
  javaTests(`the Java client comes in by ${protocol}`, async (cleanup) => {
    const { folder, type } = await scene(cleanup)
    bringTools(folder)
    writeFileSync(join(folder, 'client.properties'), told(block('Clients', 'properties'), lines, protocol))
    const address = told(`localhost:9095 ${protocol} ssl sasl`, { tls: /ssl/g, login: /sasl/g }, protocol).split(
      ' ',
    )[0]!
    assert.match(await type(sendAndRead.replaceAll('ADDRESS', address)), /^hello$/m)
  })
}

javaTests('a Java client shows its certificate where one is required', async (cleanup) => {
  const { folder, type } = await scene(cleanup, { instead: { tls_client_auth: 'required' } })
  bringTools(folder)
  await type('cat server.key server.pem > client.pem')
  const [, store] = /A client certificate: `(ssl\.keystore\.type=PEM)` and `ssl\.keystore\.location`/.exec(page) ?? []
  const plain = told(block('Clients', 'properties'), lines, 'SSL')
  writeFileSync(join(folder, 'client.properties'), `${plain}${store}\nssl.keystore.location=client.pem\n`)
  assert.match(await type(sendAndRead.replaceAll('ADDRESS', 'localhost:9093')), /^hello$/m)
})

javaTests('kafka-acls makes ACLs, by which alice may do what they say', async (cleanup) => {
  const users = '[alice:alice-secret, admin:admin-secret]'
  const more = block('Authorization', 'yaml')
  const { folder, type } = await scene(cleanup, { more, instead: { sasl_users: users } })
  bringTools(folder)
  writeFileSync(join(folder, 'admin.properties'), block('Clients', 'properties').replaceAll('alice', 'admin'))
  const out = await type(`export PATH=.:$PATH\n${block('Authorization', 'sh')}`)
  assert.match(out, /resourceType=TOPIC, name=orders, patternType=LITERAL/)
  assert.match(out, /resourceType=TOPIC, name=app-, patternType=PREFIXED/)
  const topics = block('Clients', 'sh', 'blink').replace('topics list', 'topics create app-x')
  assert.match(await type(topics), 'created app-x')
})

javaTests('kafka-configs sets quotas, and tells them', async (cleanup) => {
  const { folder, type } = await scene(cleanup)
  bringTools(folder)
  const out = await type(`export PATH=.:$PATH\n${block('Quotas', 'sh')}`)
  assert.match(out, /user-principal 'alice' are producer_byte_rate=1048576/)
})

javaTests.run()
