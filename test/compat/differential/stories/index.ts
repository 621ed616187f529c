/** All stories, in the order in which they are told. */
import { handlers } from '../../../../src/handlers/index.ts'
import type { Story } from '../telling.ts'
import { aclStories } from './acls.ts'
import { administrationStories } from './administration.ts'
import { configStories } from './configs.ts'
import { consumerGroupStories } from './consumer-groups.ts'
import { deadLetterStories } from './dead-letters.ts'
import { featureStories } from './features.ts'
import { groupStories } from './groups.ts'
import { quotaStories } from './quotas.ts'
import { recordStories } from './records.ts'
import { topicBehaviourStories } from './topic-behaviour.ts'
import { shareGroupStories } from './share-groups.ts'
import { shareRecordStories } from './share-records.ts'
import { securityStories } from './security.ts'
import { streamsGroupStories } from './streams-groups.ts'
import { telemetryStories } from './telemetry.ts'
import { topicStories } from './topics.ts'
import { transactionStories } from './transactions.ts'
import { strangeFrames } from './versions.ts'

export const stories: readonly Story[] = [
  // First of all: of what is left of others, some answers to them have only the first page.
  ...handlers.map(({ api }) => strangeFrames(api)),
  ...aclStories,
  ...configStories,
  ...administrationStories,
  ...featureStories,
  ...topicStories,
  ...recordStories,
  ...quotaStories,
  ...topicBehaviourStories,
  ...groupStories,
  ...consumerGroupStories,
  ...shareGroupStories,
  ...shareRecordStories,
  ...streamsGroupStories,
  ...deadLetterStories,
  ...securityStories,
  ...telemetryStories,
  ...transactionStories,
]
