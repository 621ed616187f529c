/**
 * `docs/configs.md`: which of Kafka's configs Blink does as they say, made from the tables of configs. Run by itself
 * (`npm run docs`) this file writes it.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brokerConfigs } from '../../src/configs/broker-configs.ts'
import type { ConfigDefinition } from '../../src/configs/config-values.ts'
import { groupConfigs } from '../../src/configs/group-configs.ts'
import { topicConfigs } from '../../src/configs/topic-configs.ts'
import { settingsTable } from '../../src/settings/settings.ts'
import { followed } from '../../src/static-configs.ts'

export const configsPagePath = 'docs/configs.md'

type Definitions = ReadonlyMap<string, ConfigDefinition>

export function configsPage(): string {
  const rows = Object.entries(followed).map(([name, [key]]) => `| \`${name}\` | \`${settingsTable[key].key}\` |`)
  const isFree = ({ name }: ConfigDefinition) => !Object.hasOwn(followed, name)
  return `# Kafka's configs in Blink

Every config of Apache Kafka 4.4 is there with its default and its bounds, can be set, and is told to who asks. Not
every one means something to a broker without disks, threads and followers. This page says which do; \`npm run docs\`
writes it from the tables of configs. The others are kept and shown, and have no effect.

## Topics

${binding([...topicConfigs.values()])}

Without effect: ${idle(topicConfigs)}.

## Groups

${binding([...groupConfigs.values()])}

Without effect: ${idle(groupConfigs)}.

## Brokers

At start they are set by \`broker_configs\` in settings.yaml, or in the environment:
\`BROKER_CONFIGS='delete.topic.enable=false;log.retention.bytes=1000000'\`. Clients alter some of them at any time
(\`kafka-configs --alter\`, IncrementalAlterConfigs), for one broker or for all.
All brokers share one state, so what is set for one mostly holds for all.

${binding([...brokerConfigs.values()].filter(isFree), true)}

These follow a setting of Blink's, which is the place to set them. Clients may alter \`log.retention.ms\` and
\`max.connections\`, as in Kafka; none of the others.

| Config | Setting |
|---|---|
${rows.join('\n')}

Without effect: ${idle(new Map([...brokerConfigs].filter(([, one]) => isFree(one))))}.
`
}

function binding(definitions: readonly ConfigDefinition[], areBrokers = false): string {
  const head = areBrokers
    ? '| Config | Default | Altered | |\n|---|---|---|---|'
    : '| Config | Default | |\n|---|---|---|'
  const rows = definitions
    .filter(({ binds }) => binds)
    .map(({ name, default: standard, update, doc }) => {
      const value = standard === null || standard === '' ? '' : `\`${standard}\``
      const altered = update === undefined ? 'at start' : 'at any time'
      return `| \`${name}\` | ${value} | ${areBrokers ? `${altered} | ` : ''}${doc} |`
    })
  return [head, ...rows].join('\n')
}

function idle(definitions: Definitions): string {
  const names = [...definitions.values()].filter(({ binds }) => binds !== true).map(({ name }) => `\`${name}\``)
  return names.join(', ')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(configsPagePath, configsPage())
