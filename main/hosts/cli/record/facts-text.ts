import type { CertificateFacts } from '../../../core/certificate/expectation.ts'
import type { HttpFacts, RedisFacts } from '../../../core/run/events.ts'
import type { SqlFacts } from '../../../core/run/sql-facts.ts'
import type { Attempt } from '../../../core/run/state.ts'
import type { Style } from '../console.ts'
import { bytesText } from '../../../core/report/duration.ts'
import type { FileFacts } from '../../../core/files/transfer.ts'
import { printable } from '../printable.ts'

/** What is known of an attempt beside its end and its output, a line each. */

const SHOWN = 100
/** Commands that were answered are shown by their number beyond this. */
const LISTED = 12

function short(text: string): string {
  const line = printable(text).replaceAll(/\s+/gu, ' ')
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line
}

function redisLines(facts: RedisFacts, style: Style): string[] {
  const { commands, more = 0 } = facts
  const answered = commands.filter(({ state }) => state === 'answered').length
  const total = commands.length + more
  const lines = [
    `${printable(facts.server)}: ${answered + (answered === commands.length ? more : 0)} of ${total} ${total === 1 ? 'command' : 'commands'} answered`,
  ]
  const listed =
    commands.length > LISTED ? commands.filter(({ state }) => state !== 'answered') : commands
  for (const command of listed.slice(0, LISTED)) {
    const { line, text, state, node, durationMs, reply, error } = command
    const mark =
      state === 'answered'
        ? style('green', '✓')
        : state === 'error'
          ? style('red', '✗')
          : state === 'unknown'
            ? style('magenta', '?')
            : style('dim', '·')
    const said =
      state === 'error'
        ? ` → ${short(error ?? 'an error')}`
        : state === 'unknown'
          ? ' → no answer: nobody knows whether it took effect'
          : state === 'not-sent'
            ? ' → not sent'
            : reply === undefined
              ? ''
              : ` → ${short(reply)}`
    const where = node === undefined ? '' : style('dim', ` at ${printable(node)}`)
    const span = durationMs === undefined ? '' : style('dim', ` ${durationMs} ms`)
    lines.push(`${mark} ${line} ${short(text)}${said}${where}${span}`)
  }
  if (listed.length > LISTED) lines.push(`and ${listed.length - LISTED} more`)
  return lines
}

const TRANSACTIONS = {
  none: '',
  open: ', a transaction is open',
  failed: ', a transaction has failed',
}

function sqlLines(facts: SqlFacts, style: Style): string[] {
  const { results, more = 0, error, statements } = facts
  const answered = results.length + more
  const where = `${facts.user}@${facts.server}/${facts.database}`
  const lines = [
    `${printable(where)}, PostgreSQL ${printable(facts.version)}, ${facts.security}${facts.readOnly ? ', only reading' : ''}: ${answered} of ${statements} ${statements === 1 ? 'statement' : 'statements'} answered${TRANSACTIONS[facts.transaction]}`,
  ]
  for (const { line, tag, rows, total, capped, durationMs } of results.slice(0, LISTED)) {
    const cut = capped === undefined ? '' : `, the first ${rows ?? 0} of ${total ?? 'more'} kept`
    lines.push(
      `${style('green', '✓')} ${line} ${short(tag)}${cut}${style('dim', ` ${durationMs} ms`)}`,
    )
  }
  if (answered > LISTED) lines.push(`and ${answered - LISTED} more`)
  if (error !== undefined) {
    const place = error.line === undefined ? '' : `${error.line}:${error.column ?? 1} `
    lines.push(`${style('red', '✗')} ${place}${error.code} ${short(error.message)}`)
    if (error.detail !== undefined) lines.push(`  ${short(error.detail)}`)
    if (error.hint !== undefined) lines.push(`  ${short(error.hint)}`)
  }
  return lines
}

const PHASES = [
  ['lookup', 'name lookup'],
  ['connect', 'connect'],
  ['tls', 'TLS'],
  ['firstByte', 'first byte'],
  ['body', 'body'],
] as const

function httpLines(facts: HttpFacts): string[] {
  const phases = PHASES.flatMap(([name, words]) => {
    const milliseconds = facts.phases[name]
    return milliseconds === undefined ? [] : [`${words} ${milliseconds} ms`]
  })
  return [
    ...(facts.redirects ?? []).map(
      ({ status, from, to }) => `${status} from ${short(from)} to ${short(to)}`,
    ),
    `status ${facts.status}${facts.proxy === undefined ? '' : ` through the proxy ${printable(facts.proxy)}`}${phases.length === 0 ? '' : `: ${phases.join(', ')}`}`,
  ]
}

function certificateLine(facts: CertificateFacts): string {
  const days =
    facts.daysLeft < 0
      ? `expired ${-facts.daysLeft} ${facts.daysLeft === -1 ? 'day' : 'days'} ago`
      : `${facts.daysLeft} ${facts.daysLeft === 1 ? 'day' : 'days'} left`
  return `certificate${facts.problem === undefined ? '' : ' not accepted'}: ${short(facts.names.join(', '))}, by ${short(facts.issuer)}, ${days} (to ${facts.validTo.slice(0, 10)}), ${facts.protocol}`
}

/** Without indentation. Empty when there is nothing to say. */
function fileLine({ direction, from, to, bytes, size, sha256, mode, replaced }: FileFacts): string {
  const way = direction === 'upload' ? 'sent' : 'fetched'
  const part = size === undefined || size === bytes ? '' : ` of ${bytesText(size)}`
  const digest = sha256 === undefined ? '' : `, sha256 ${sha256}`
  return printable(
    `${way} ${bytesText(bytes)}${part}: ${from} → ${to}${mode === undefined ? '' : `, mode ${mode}`}${replaced === true ? ', in place of the one that was there' : ''}${digest}`,
  )
}

export function factLines(attempt: Attempt, style: Style): readonly string[] {
  const { http, redis, sql, certificate, files, notice } = attempt
  return [
    ...(http === undefined ? [] : httpLines(http)),
    ...(files === undefined ? [] : [fileLine(files)]),
    ...(certificate === undefined ? [] : [certificateLine(certificate)]),
    ...(redis === undefined ? [] : redisLines(redis, style)),
    ...(sql === undefined ? [] : sqlLines(sql, style)),
    ...(notice === undefined ? [] : [printable(notice)]),
  ]
}
