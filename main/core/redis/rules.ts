import { readRedisLines } from './command-line.ts'
import { classifyRedis, unsupported, writesInCheck } from './danger.ts'

/** What there is to say about the commands of a redis block, before it runs and when it is edited. */

export interface RedisFinding {
  readonly code:
    'redis-syntax' | 'redis-unsupported' | 'redis-destructive' | 'redis-caution' | 'check-writes'
  /** Of the block's text, from 1. */
  readonly line: number
  /** A sentence that names the command; the place stands beside it. */
  readonly message: string
  /** What the step block should say. */
  readonly suggestion?: string
}

export interface RedisUse {
  readonly verb: string
  /** What the step says of itself. */
  readonly risk: 'safe' | 'caution' | 'destructive'
}

/** In the order of the lines. */
export function redisFindings(code: string, use: RedisUse): readonly RedisFinding[] {
  const { lines, problems } = readRedisLines(code)
  const findings: RedisFinding[] = problems.map(({ line, message }) => ({
    code: 'redis-syntax',
    line,
    message,
  }))
  for (const line of lines) {
    const add = (found: RedisFinding['code'], message: string, suggestion?: string): void => {
      findings.push({
        code: found,
        line: line.line,
        message,
        ...(suggestion !== undefined && { suggestion }),
      })
    }
    const never = unsupported(line)
    if (never !== undefined) {
      add('redis-unsupported', never)
      continue
    }
    if (use.verb === 'check') {
      const writes = writesInCheck(line)
      if (writes !== undefined) add('check-writes', writes)
      continue
    }
    const { danger, command, why } = classifyRedis(line)
    if (danger === 'destructive' && use.risk !== 'destructive')
      add(
        'redis-destructive',
        `${command} ${why}. The yaml step block must say so, where readers see it.`,
        'risk: destructive',
      )
    if (danger === 'caution' && use.risk === 'safe')
      add('redis-caution', `${command} ${why}. The yaml step block should say so.`, 'risk: caution')
  }
  return findings.toSorted((left, right) => left.line - right.line)
}
