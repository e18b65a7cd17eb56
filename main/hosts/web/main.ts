import { expected } from '../cli/cli-error.ts'
import { run } from '../cli/commands/serve.ts'
import { EXIT } from '../cli/exit-codes.ts'

/** What `npm start` runs where there is no Electron. The same as `muster serve`. */

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  const known = expected(error)
  const words = error instanceof Error ? error.message : String(error)
  process.stderr.write(`muster: ${known?.message ?? `this is a mistake in Muster: ${words}`}\n`)
  process.exitCode = known?.exit ?? EXIT.internal
}
