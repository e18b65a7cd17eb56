import { writtenProfile } from '../../../connections/profiles/edit.ts'
import { parseConnections } from '../../../core/connection/read.ts'
import type { Profile } from '../../../core/connection/profile.ts'
import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { openToWrite, type Opened } from '../record/open.ts'

/** `muster connections add NAME KEY=VALUE…` and `edit NAME KEY=VALUE…` */

/** A value that YAML reads as more than text: a list, a map, a number, true or false. */
const MORE_THAN_TEXT = /^(?:[[{].*|true|false|\d{1,9})$/su

/**
 * The profile that the words describe, checked as if it stood in the file; `before` is what they change, where KEY=
 * takes a member away. Throws a usage error with every mistake.
 */
export function profileOf(name: string, words: readonly string[], before?: Profile): Profile {
  const members = new Map<string, string>()
  for (const [key, value] of Object.entries(before === undefined ? {} : writtenProfile(before)))
    members.set(key, JSON.stringify(value))
  for (const word of words) {
    const at = word.indexOf('=')
    const key = word.slice(0, at)
    const value = word.slice(at + 1)
    if (at < 1 || (value === '' && before === undefined))
      throw usage(`A profile is made of KEY=VALUE, such as ssh=db-1.example.com, not “${word}”.`)
    if (value !== '') members.set(key, MORE_THAN_TEXT.test(value) ? value : JSON.stringify(value))
    else if (!members.delete(key)) throw usage(`“${name}” has no ${key} that could be taken away.`)
  }
  const written = [...members].map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')
  const { environments, diagnostics } = parseConnections(
    `connections: 1\nenvironments: { any: { profiles: { ${JSON.stringify(name)}: { ${written} } } } }\n`,
  )
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error')
  if (mistakes.length > 0) throw usage(mistakes.map(({ message }) => message).join('\n'))
  const [profile, ...others] = environments[0]?.profiles ?? []
  // A value that closes the braces it stands in would write more than itself.
  if (profile === undefined || others.length > 0)
    throw usage('These words are not one profile. Check the brackets and braces of their values.')
  return profile
}

/** Adds a profile to an environment, which is made when it is not there. */
export async function add(
  words: readonly string[],
  options: {
    readonly data: string | undefined
    readonly environment: string | undefined
    readonly production: boolean
    readonly replace: boolean
  },
  console: Console,
): Promise<number> {
  const [name, ...members] = words
  if (name === undefined || name.includes('='))
    throw usage('Which profile? Give its name after add, then KEY=VALUE for each of its members.')
  const profile = profileOf(name, members)
  const opened = await openToWrite(options.data, () => undefined)
  try {
    const { environments } = await opened.connection.request('connections.list', {})
    const environment =
      options.environment ?? (environments.length === 1 ? environments[0]?.name : undefined)
    if (environment === undefined)
      throw usage('Which environment does it belong to? Give --environment NAME.')
    const known = environments.find((one) => one.name === environment)
    if (!options.replace && known?.profiles.some((one) => one.name === name))
      throw usage(`“${name}” is in ${environment} already. --replace takes its place.`)
    if (options.production && known?.production !== true)
      await opened.connection.request('connections.saveEnvironment', {
        name: environment,
        production: true,
      })
    await opened.connection.request('connections.save', { environment, profile })
    console.out(
      `${known === undefined || !known.profiles.some((one) => one.name === name) ? 'Added' : 'Replaced'} ${name} in ${environment}.`,
    )
    return EXIT.ok
  } finally {
    await opened.close()
  }
}

/** Changes what the words say of a profile, and nothing else of it. */
export async function edit(
  opened: Opened,
  words: readonly string[],
  environment: string,
  console: Console,
): Promise<number> {
  const [name = '', ...members] = words
  if (members.length === 0)
    throw usage('What is to be changed? Give KEY=VALUE, or KEY= to take a member away.')
  const { environments } = await opened.connection.request('connections.list', {})
  const before = environments
    .find((one) => one.name === environment)
    ?.profiles.find((one) => one.name === name)
  const profile = profileOf(name, members, before)
  await opened.connection.request('connections.save', { environment, profile })
  console.out(`Changed ${name} in ${environment}.`)
  return EXIT.ok
}
