import { serverName } from '../../core/redis/danger.ts'
import type { Node } from './node.ts'
import { RedisTextError, type Prepared } from './prepare.ts'

/** A check only reads. The server knows which of its commands write, those of modules included, so it is asked. */

function flagsOf(entry: unknown): readonly string[] | undefined {
  if (!Array.isArray(entry)) return undefined
  const flags: unknown = entry[2]
  return Array.isArray(flags) ? flags.map(String) : undefined
}

/**
 * Asks the server about every command before the first is sent. Throws a `RedisTextError` when one of them writes. Gives
 * words when the server would not say.
 */
export async function assertReadOnly(
  node: Node,
  commands: readonly Prepared[],
): Promise<string | undefined> {
  const names = new Set(
    commands.flatMap(({ line }) => {
      const { name, sub } = serverName(line)
      return sub === undefined || !/^[\w|.-]+$/u.test(sub) ? [name] : [name, sub]
    }),
  )
  const list = [...names]
  let answer: unknown
  try {
    answer = await node.ask('COMMAND', 'INFO', ...list)
  } catch (error) {
    if (!node.alive) throw error
    return 'The server did not say which commands write (COMMAND INFO is not allowed), so only Muster’s own table was asked.'
  }
  const entries: readonly unknown[] = Array.isArray(answer) ? answer : []
  const known = new Map(list.map((name, index) => [name, flagsOf(entries[index])]))
  for (const { line } of commands) {
    const { name, sub } = serverName(line)
    const flags = (sub === undefined ? undefined : known.get(sub)) ?? known.get(name)
    if (flags?.includes('write') === true)
      throw new RedisTextError(
        `Line ${line.line}: ${name.toUpperCase()} writes, as the server says; a check only reads.`,
      )
  }
  return undefined
}
