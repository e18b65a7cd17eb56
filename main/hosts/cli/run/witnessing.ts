import type { CheckpointView } from '../../../contract/evidence.ts'
import { printable } from '../printable.ts'
import { wordsText } from '../record/words-text.ts'
import type { Asking } from './asking.ts'
import type { InteractiveOptions } from './interactive-options.ts'

/** The words of the record, and who has them. */

async function signed({ session, tell }: InteractiveOptions): Promise<CheckpointView | undefined> {
  const { checkpoint, notice } = await session.connection.request('runs.checkpoint', {
    run: session.run,
  })
  if (checkpoint === undefined) tell(`  ${printable(notice)}`)
  return checkpoint
}

/** Signs what is recorded and shows its words. */
export async function showWords(options: InteractiveOptions): Promise<void> {
  const checkpoint = await signed(options)
  if (checkpoint !== undefined) options.tell(wordsText(checkpoint).replaceAll(/^/gmu, '  '))
}

/** The words of the newest checkpoint in one line, after a moment that is signed by itself. */
export async function showSigned({ session, tell, style }: InteractiveOptions): Promise<void> {
  const checkpoints = await session.connection.request('runs.checkpoints', { run: session.run })
  const newest = checkpoints.at(-1)
  if (newest !== undefined && newest.size === session.state.seq)
    tell(style('dim', `  Signed. To read to somebody: ${newest.words.join(' ')}`))
}

/** Records who has written down the words that were shown last. */
export async function recordWitness(
  options: InteractiveOptions,
  asking: Asking,
  given: string,
): Promise<void> {
  const { session } = options
  const checkpoints = await session.connection.request('runs.checkpoints', { run: session.run })
  const checkpoint = checkpoints.findLast(({ why }) => why === 'asked') ?? checkpoints.at(-1)
  if (checkpoint === undefined) {
    asking.tell('There are no words yet. “words” shows them.')
    return
  }
  const by = given === '' ? await asking.ask('Who has written them down? (empty: nobody) ') : given
  if (by === '') return
  const how = await asking.ask('How did they get them? (telephone, chat, paper; may stay empty) ')
  const done = await asking.send(() => ({
    type: 'checkpoint.witness',
    size: checkpoint.size,
    head: checkpoint.head,
    by,
    ...(how !== '' && { how }),
  }))
  if (done)
    asking.tell(
      `Recorded: ${by} has the words of event ${checkpoint.size}: ${checkpoint.words.join(' ')}`,
    )
}
