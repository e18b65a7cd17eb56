import type { GateResult, RunEvent } from '../run/events.ts'

/**
 * What an event itself still says of an output: taking the output out leaves it, for events are never changed. In words
 * for a person; empty where the event has nothing of it.
 */
export function quotedIn(event: RunEvent): readonly string[] {
  if (event.type === 'block.batch-checked') {
    const saw = event.data.hosts.some(({ gates }) => gates.some(quotes))
    return saw ? ['what its expectations saw'] : []
  }
  if (event.type === 'attachment.added') {
    const { source, caption } = event.data
    if (source !== undefined) return []
    return [
      'the name of the file',
      ...(caption === undefined ? [] : ['its caption']),
      'its SHA-256',
    ]
  }
  if (event.type !== 'block.finished' && event.type !== 'block.host-finished') return []
  const { gates } = event.data
  const quoted = gates.some(quotes) ? ['what its expectations saw'] : []
  if (event.type === 'block.host-finished') return quoted
  const { captured, redis, sql, http } = event.data
  if (captured !== undefined) quoted.push(`the value that was kept as ${captured.name}`)
  if (redis?.commands.some(({ reply }) => reply !== undefined) === true)
    quoted.push('short replies of Redis')
  if (sql?.error !== undefined) quoted.push("PostgreSQL's error")
  if (http !== undefined) quoted.push('the headers of the HTTP answer')
  return quoted
}

/** An expectation says what it saw of the output. */
function quotes({ gate, seen }: GateResult): boolean {
  return gate === 'expect' && seen !== ''
}
