/** `GET /brokers` of v2: the ids of the brokers. */
import type { Cluster } from '../../handlers/handler.ts'
import type { Route } from './route.ts'
import { answerV2 } from './v2-media.ts'

export function v2BrokerRoutes({ nodes }: Cluster): readonly Route[] {
  return [['GET', '/brokers', (c) => answerV2(c, { brokers: nodes.map(({ id }) => id) })]]
}
