import {
  readRedisLines,
  wordText,
  type RedisArgument,
  type RedisLine,
} from '../../core/redis/command-line.ts'
import { unsupported, writesInCheck } from '../../core/redis/danger.ts'
import type { ExecutionRequest } from '../../engine/ports.ts'

/** From the text of a block to commands that can be sent, or the words why nothing is. */

export interface Prepared {
  readonly line: RedisLine
  readonly name: string
  /** Without the name. */
  readonly words: readonly Buffer[]
}

/** A block that cannot be sent. The message is for a person. */
export class RedisTextError extends Error {
  override readonly name = 'RedisTextError'
}

function bytesOf(word: RedisArgument, request: ExecutionRequest, line: number): Buffer {
  if (word.kind === 'value') {
    const { values } = request
    const value = Object.hasOwn(values, word.name) ? values[word.name] : undefined
    if (value === undefined)
      throw new RedisTextError(
        `Line ${line}: {{${word.name}}} has no value yet. Run the block that captures it first, or declare it as an input.`,
      )
    return Buffer.from(value, 'utf8')
  }
  return Buffer.concat(
    word.parts.map((part) =>
      typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part, 'utf8'),
    ),
  )
}

/** Throws a `RedisTextError` that names the line. Nothing has been sent then. */
export function prepareCommands(request: ExecutionRequest): readonly Prepared[] {
  const { lines, problems } = readRedisLines(request.text)
  const [problem] = problems
  if (problem) throw new RedisTextError(`Line ${problem.line}: ${problem.message}`)
  if (lines.length === 0) throw new RedisTextError('There is no command in this block.')
  return lines.map((line) => {
    const why =
      unsupported(line) ?? (request.block.verb === 'check' ? writesInCheck(line) : undefined)
    if (why !== undefined) throw new RedisTextError(`Line ${line.line}: ${why}`)
    const [, ...words] = line.words
    return {
      line,
      name: wordText(line.words[0]) ?? '',
      words: words.map((word) => bytesOf(word, request, line.line)),
    }
  })
}
