/** Regular expressions of subscriptions: RE2's, as in Kafka, so they take linear time, whatever they are. */
import { INVALID_REGULAR_EXPRESSION, type KafkaError } from '../../protocol/errors.ts'

/** Whether a topic's whole name is meant. */
export type Matcher = (topic: string) => boolean

/** Compiles a regular expression; INVALID_REGULAR_EXPRESSION says what is wrong with it. */
export type Patterns = (pattern: string) => Matcher | KafkaError

/** The engine is large, and loaded when it is first needed. */
export async function loadPatterns(): Promise<Patterns> {
  const { RE2JS, RE2JSSyntaxException } = await import('re2js')
  return (pattern) => {
    try {
      const compiled = RE2JS.compile(pattern)
      return (topic) => compiled.matches(topic)
    } catch (error) {
      if (!(error instanceof RE2JSSyntaxException)) throw error
      const why = error.getDescription()
      return INVALID_REGULAR_EXPRESSION.because(
        `SubscribedTopicRegex \`${pattern}\` is not a valid regular expression: ${why}.`,
      )
    }
  }
}
