import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The folder of the project, or of the installed package. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Says what happens, where a person sees it and a script that reads standard output does not. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Ends with a message that says what to do. */
export function fail(line) {
  say(`muster: ${line}`)
  process.exit(1)
}
