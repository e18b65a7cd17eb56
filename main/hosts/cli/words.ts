import { parseArgs, type ParseArgsConfig } from 'node:util'
import { similar } from '../../core/runbook/similar.ts'
import { usage } from './cli-error.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** Reads a command's words. Throws a usage error that names what is wrong, with a did-you-mean for options. */
export function readWords<O extends Options>(words: readonly string[], options: O) {
  const config = { args: [...words], options, allowPositionals: true } as const
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue
    const near = similar(token.name, Object.keys(options))
    throw usage(
      `There is no option ${token.rawName}.${near === undefined ? '' : ` Did you mean --${near}?`}`,
    )
  }
  try {
    return parseArgs({ ...config, strict: true })
  } catch (error) {
    throw usage(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}

/** The one word a command is about. */
export function onlyWord(positionals: readonly string[], what: string): string {
  const [word, ...more] = positionals
  if (word === undefined) throw usage(`Which ${what}? Give it after the command.`)
  if (more.length > 0) throw usage(`One ${what} at a time, not also ${more.join(' ')}.`)
  return word
}

/** A whole number from `least` to `most`. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/u.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most))
    throw usage(`--${option} is a whole number from ${least} to ${most}, not “${text}”.`)
  return value
}

/** The option every command that opens the record has. */
export const DATA_OPTION = { data: { type: 'string' } } as const
