import { SEVERITIES, type Mode, MODES, type Severity } from '../../../core/run/events.ts'
import type { InputDeclaration } from '../../../core/runbook/model.ts'
import { parseDuration } from '../../../core/runbook/duration.ts'
import { similar } from '../../../core/runbook/similar.ts'
import { usage } from '../cli-error.ts'

/** What the words of `muster run` mean. Each function throws a usage error with words. */

export function modeOf(text: string | undefined): Mode {
  if (text === undefined) return 'live'
  const mode = MODES.find((candidate) => candidate === text)
  if (mode !== undefined) return mode
  const near = similar(text, MODES)
  throw usage(
    `--mode is ${MODES.join(', ')}, not “${text}”.${near === undefined ? '' : ` Did you mean “${near}”?`}`,
  )
}

export function severityOf(text: string | undefined): Severity | undefined {
  if (text === undefined) return undefined
  const wanted = /^\d$/u.test(text) ? `SEV${text}` : text.toUpperCase()
  const severity = SEVERITIES.find((candidate) => candidate === wanted)
  if (severity === undefined) throw usage(`--severity is ${SEVERITIES.join(', ')}, not “${text}”.`)
  return severity
}

const CLOCK = /^(?<hours>[01]?\d|2[0-3]):(?<minutes>[0-5]\d)$/u

/**
 * When the outage was declared, in epoch milliseconds: `14:05` (local, the last time it was that late), an ISO 8601 time,
 * or a duration for so long ago.
 */
export function declaredAtOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const ago = parseDuration(text.replace(/^-/u, '').replace(/ ago$/u, ''))
  if (ago !== undefined) return now - ago
  const clock = CLOCK.exec(text)?.groups
  if (clock !== undefined) {
    const time = new Date(now)
    time.setHours(Number(clock['hours']), Number(clock['minutes']), 0, 0)
    if (time.getTime() > now) time.setDate(time.getDate() - 1)
    return time.getTime()
  }
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/u.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time))
    throw usage(`--declared-at is 14:05, 2026-11-20T14:05+01:00 or 20m, not “${text}”.`)
  if (time > now) throw usage(`--declared-at ${text} is in the future.`)
  return time
}

/** `NAME=VALUE`, or `NAME` for the value of the environment variable of that name. */
export function inputsOf(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    const name = at === -1 ? word : word.slice(0, at)
    if (!/^[A-Za-z_]\w*$/u.test(name))
      throw usage(
        `--input is NAME=VALUE, or NAME for a variable of the environment, not “${word}”.`,
      )
    if (Object.hasOwn(inputs, name)) throw usage(`--input ${name} is given twice.`)
    const value = at === -1 ? environment[name] : word.slice(at + 1)
    if (value === undefined)
      throw usage(`--input ${name} takes its value from the environment, which has no ${name}.`)
    inputs[name] = value
  }
  return inputs
}

/** Secrets that stood on the command line, where other users of the computer can read them. */
export function exposedSecrets(
  words: readonly string[],
  declarations: readonly InputDeclaration[],
): readonly string[] {
  return declarations
    .filter(({ name, secret }) => secret && words.some((word) => word.startsWith(`${name}=`)))
    .map(({ name }) => name)
}
