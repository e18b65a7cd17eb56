import { recordedBy, type Recorded, type RunRecordings } from '../../core/recording/recorded.ts'
import { recordingsOf } from '../../core/recording/recordings.ts'
import type { OutputOf } from '../../core/recording/frames.ts'
import { runScene, runSceneBegan, sceneOf } from '../../core/recording/scene.ts'
import { ContractError } from '../../contract/frames.ts'
import type { CastChoice } from '../../contract/reports.ts'
import type { ExportSource } from '../../engine/export-source.ts'
import { asciicast } from './asciicast.ts'

/** One recording of a run, or all of them, as asciicast, a few lines at a time. Throws in words when there is no such recording. */
export async function* cast(
  source: ExportSource,
  { recording, host, version = 3 }: CastChoice = {},
): AsyncGenerator<string> {
  const found = recordingsOf(source.events())
  const output: OutputOf = (blob) => source.record.output(blob.sha256)?.read()
  const one = recording === undefined ? undefined : chosen(found, recording, host)
  if (one === undefined && found.recordings.length === 0)
    throw new ContractError('nothing-recorded', 'Nothing was executed in this run yet.')
  const scene = one === undefined ? runScene(found, output) : sceneOf(one, found, output)
  const began = one?.began ?? runSceneBegan(found) ?? source.report.times.started
  const title = `${source.report.title}${one === undefined ? '' : `: ${one.title}`}`
  yield* asciicast(scene, version, { title, began, recorded: one })
}

function chosen(found: RunRecordings, seq: number, host: string | undefined): Recorded {
  const [one, ...more] = recordedBy(found, seq, host)
  if (one !== undefined && more.length === 0) return one
  if (one !== undefined) {
    const hosts = [one, ...more].map((each) => each.host).join(', ')
    throw new ContractError(
      'which-host',
      `Event ${seq} has a recording of each of several hosts. Name one of them: ${hosts}.`,
    )
  }
  const known = found.recordings.map((recorded) => `${recorded.seq} (${recorded.title})`)
  const rest = known.length > 50 ? ` and ${known.length - 50} more` : ''
  const on = host === undefined ? '' : ` of ${host}`
  throw new ContractError(
    'no-recording',
    known.length === 0
      ? 'Nothing was executed in this run yet.'
      : `Event ${seq} has no recording${on}. These have: ${known.slice(0, 50).join(', ')}${rest}.`,
  )
}
