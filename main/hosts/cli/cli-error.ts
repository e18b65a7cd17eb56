import { EXIT, type ExitCode } from './exit-codes.ts'

/** An expected end of a command: words for the person, and the exit status. */
export class CliError extends Error {
  readonly exit: ExitCode
  constructor(exit: ExitCode, message: string) {
    super(message)
    this.name = 'CliError'
    this.exit = exit
  }
}

/** The command line is not right. */
export function usage(message: string): CliError {
  return new CliError(EXIT.usage, message)
}

/** The words and the exit status of anything thrown. Undefined: nobody expected it. */
export function expected(
  error: unknown,
): { readonly exit: ExitCode; readonly message: string } | undefined {
  if (error instanceof CliError) return error
  if (!(error instanceof Error)) return undefined
  // By name, so that a command that needs none of these does not load them.
  if (error.name === 'Interrupted' || error.name === 'InputEnded')
    return { exit: EXIT.interrupted, message: `${error.message} Nothing was started.` }
  if (error.name === 'StoreError') return { exit: EXIT.data, message: error.message }
  if (error.name === 'ContractError') {
    const code = 'code' in error ? error.code : undefined
    return { exit: exitOfContract(code), message: error.message }
  }
  return undefined
}

function exitOfContract(code: unknown): ExitCode {
  switch (code) {
    case 'read-only':
    case 'log-refuses':
      return EXIT.data
    case 'not-trusted':
      return EXIT.untrusted
    case 'invalid':
      return EXIT.problems
    case 'bad-result':
    case 'internal':
      return EXIT.internal
    default:
      return EXIT.usage
  }
}
