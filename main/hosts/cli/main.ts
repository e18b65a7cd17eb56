import { similar } from '../../core/runbook/similar.ts'
import { expected, usage } from './cli-error.ts'
import { COMMANDS, overview, type Command } from './commands.ts'
import { processConsole, type Console } from './console.ts'
import { EXIT } from './exit-codes.ts'

/** The `muster` command. */

function find(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command !== undefined) return command
  const near = similar(name, [...Object.keys(COMMANDS), 'help'])
  throw usage(
    `There is no command “${name}”.${near === undefined ? ' muster help lists them.' : ` Did you mean “${near}”?`}`,
  )
}

/** `--data DIR` may also stand before the command. */
function dataLast(words: readonly string[]): readonly string[] {
  const [first = '', second] = words
  if (first === '--data' && second !== undefined) return [...words.slice(2), first, second]
  return first.startsWith('--data=') ? [...words.slice(1), first] : words
}

async function perform(given: readonly string[], console: Console): Promise<number> {
  const [name, ...words] = dataLast(given)
  switch (name) {
    case undefined:
      console.say(overview())
      return EXIT.usage
    case 'help':
    case '--help':
    case '-h':
      console.out(words[0] === undefined ? overview() : find(words[0]).help)
      return EXIT.ok
    case 'version':
    case '--version':
    case '-V': {
      const { version } = await import('../paths.ts')
      console.out(version)
      return EXIT.ok
    }
    default: {
      if (name.startsWith('-'))
        throw usage(`Give a command before ${name}. muster help lists them.`)
      const command = find(name)
      const end = words.indexOf('--')
      const before = end === -1 ? words : words.slice(0, end)
      if (before.includes('--help') || before.includes('-h')) {
        console.out(command.help)
        return EXIT.ok
      }
      const module = await command.load()
      return await module.run(words, console)
    }
  }
}

/** Whoever reads our output may stop reading (`muster runs | head`): that is not an error of ours. */
function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!('code' in error) || error.code !== 'EPIPE') throw error
    })
  }
}

const console = processConsole()
survivePipes()
try {
  process.exitCode = await perform(process.argv.slice(2), console)
} catch (error) {
  const known = expected(error)
  if (known === undefined) {
    const words = error instanceof Error ? error.message : String(error)
    console.say(`muster: this is a mistake in Muster, not yours: ${words}`)
    if (process.env['MUSTER_DEBUG'] && error instanceof Error) console.say(error.stack ?? '')
    else console.say('MUSTER_DEBUG=1 shows where it happened.')
  } else {
    console.say(`muster: ${known.message}`)
  }
  process.exitCode = known?.exit ?? EXIT.internal
}
