/** Scratch. */
import { silent } from '../../src/base/logger.ts'
import { startBroker } from '../../src/start.ts'
import { start } from '../bench/brokers/broker.ts'
import { olderKafka } from '../bench/brokers/kafka.ts'
import { settingsFor } from '../support/running.ts'
import { Side } from './differential/side.ts'
import { stories } from './differential/stories/index.ts'
import { type Finding, Telling } from './differential/telling.ts'
import { warmUp } from './differential/warm-up.ts'

const words = process.argv.slice(2)
await olderKafka.prepare()
const theirs = await start(olderKafka)
const ours = await startBroker(settingsFor({ restPort: null, asVersion: '3.9' }), { logger: silent })
const sides = [new Side('Blink', `127.0.0.1:${ours.kafkaPorts[0]}`), new Side('Kafka', `127.0.0.1:${theirs.port}`)] as const
for (const side of sides) await warmUp(side)
const findings: Finding[] = []
let compared = 0
for (const story of stories) {
  const { api } = story
  if (api.oldest === undefined || (words.length > 0 && !words.includes(api.name))) continue
  for (let version = api.oldest; version < api.versions[0]; version++) {
    const telling = new Telling(sides, story, version)
    try { await Promise.race([story.tell(telling), new Promise((_, no) => setTimeout(() => no(new Error("slow")), 40_000))]) } catch (error) { findings.push({ api: api.name, version, title: story.title, path: 'the story', ours: 'stuck', theirs: `${error}` }) }
    findings.push(...telling.findings)
    compared += telling.compared
  }
  console.log(`${api.name}, ${story.title}: ${compared}`)
}
for (const side of sides) side.close()
const seen = new Set<string>()
for (const f of findings) {
  const key = `${f.api} ${f.path} ${f.ours} ${f.theirs}`.replaceAll(/-\d+/g, '-')
  if (seen.has(key)) continue
  seen.add(key)
  console.log(`✗ ${f.api} v${f.version}, ${f.title}\n   ${f.path}: Blink ${f.ours.slice(0, 200)}\n     Kafka ${f.theirs.slice(0, 200)}`)
}
console.log(`${compared} requests, ${findings.length} differences`)
await ours.close()
await theirs.stop()
