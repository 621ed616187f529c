/** A story told to its end. */
import type { Side } from './side.ts'
import { type Finding, type Story, Telling } from './telling.ts'

type Sides = readonly [Side, Side]

/** Kafka makes much known only after it has answered: a story that differs is told once more, and only that counts. */
export async function told(
  sides: Sides,
  story: Story,
  version: number,
  isMeant: (finding: Finding) => boolean,
): Promise<Telling> {
  const telling = await toldToItsEnd(sides, story, version)
  if (telling.findings.every(isMeant)) return telling
  console.log(`${story.api.name}, ${story.title}, in version ${version}: differs, and is told again`)
  return toldToItsEnd(sides, story, version)
}

/** One that gets stuck is a difference, and the others go on. */
async function toldToItsEnd(sides: Sides, story: Story, version: number): Promise<Telling> {
  const telling = new Telling(sides, story, version)
  try {
    await story.tell(telling)
  } catch (error) {
    const { api, title } = story
    telling.findings.push({ api: api.name, version, title, path: 'the story', ours: 'stuck', theirs: `${error}` })
  }
  return telling
}
