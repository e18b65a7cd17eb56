import type { OutputOf } from '../../core/recording/frames.ts'
import { isShown, namesFor } from '../../core/recording/recorded.ts'
import { recordingsOf } from '../../core/recording/recordings.ts'
import { sceneOf, type SceneLimit } from '../../core/recording/scene.ts'
import type { RunEvent } from '../../core/run/events.ts'
import type { ExportSource } from '../../engine/export-source.ts'
import { asciicast } from './asciicast.ts'

/** The whole output is beside it: nobody watches more than this, and a bundle should not be twice as large. */
const LIMIT: SceneLimit = {
  bytes: 64 * 1024 * 1024,
  frames: 1_000_000,
  rest: 'it is in blobs/, under the name that the event has.',
}

/** What was recorded up to an event, each as asciicast 3; always the same for the same events. */
export function sessionsOf(
  source: Pick<ExportSource, 'events' | 'record'> & { readonly report: { readonly title: string } },
  last: number,
): readonly (readonly [string, () => AsyncIterable<string>])[] {
  const found = recordingsOf(upTo(source.events(), last))
  const output: OutputOf = (blob) => source.record.output(blob.sha256)?.read()
  const names = namesFor(found.recordings.filter(isShown))
  return [...names].map(([recorded, name]) => {
    const { began, title } = recorded
    const about = { title: `${source.report.title}: ${title}`, began, recorded }
    return [name, () => asciicast(sceneOf(recorded, found, output, LIMIT), 3, about)] as const
  })
}

function* upTo(events: Iterable<RunEvent>, last: number): Generator<RunEvent> {
  for (const event of events) {
    if (event.seq > last) return
    yield event
  }
}
