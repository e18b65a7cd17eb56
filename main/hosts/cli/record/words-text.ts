import type { CheckpointView } from '../../../contract/evidence.ts'
import { timeText } from './run-text.ts'

/** The words of a checkpoint, to be read to somebody: four to a line, so that nobody loses their place. */
export function wordsText({ size, words, wall }: CheckpointView): string {
  return [
    `Signed at ${timeText(wall)}, after event ${size}. Read these words to somebody who writes them down:`,
    `    ${words.slice(0, 4).join(' ')}`,
    `    ${words.slice(4).join(' ')}`,
  ].join('\n')
}

/** A hash in hex as groups of four, which the eye can compare. */
export function grouped(hash: string): string {
  return hash.match(/.{1,4}/gu)?.join(' ') ?? hash
}
