import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import { profileSummary } from '../../../core/connection/read.ts'
import { similar } from '../../../core/runbook/similar.ts'
import type { Push } from '../../../contract/pushes.ts'
import { usage } from '../cli-error.ts'
import { add, edit } from '../connections/add.ts'
import { probeText, StageHosts, stageText } from '../connections/probe-text.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { openToRead, openToWrite, type Opened } from '../record/open.ts'
import { Prompter } from '../run/prompter.ts'
import { waitTeller } from '../run/connection-lines.ts'
import { Questions } from '../run/questions.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

const ACTIONS = ['list', 'test', 'add', 'edit', 'remove', 'import', 'path'] as const

/** `muster connections list | test NAME | add NAME KEY=VALUE… | edit NAME KEY=VALUE… | remove NAME | import FILE | path` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    environment: { type: 'string' },
    json: { type: 'boolean' },
    replace: { type: 'boolean' },
    production: { type: 'boolean' },
  })
  const [action = 'list', ...rest] = positionals
  const { data, environment } = values
  const json = values.json === true
  switch (action) {
    case 'list':
      if (rest.length > 0) throw usage(`list takes no ${rest.join(' ')}.`)
      return await list(data, environment, json, console)
    case 'test':
      return await test(onlyWord(rest, 'profile'), data, environment, json, console)
    case 'add': {
      const production = values.production === true
      const replace = values.replace === true
      return await add(rest, { data, environment, production, replace }, console)
    }
    case 'edit':
      return await change(rest, data, environment, console)
    case 'remove':
      return await remove(onlyWord(rest, 'profile'), data, environment, console)
    case 'import':
      return await importFile(onlyWord(rest, 'file'), data, values.replace === true, console)
    case 'path': {
      const opened = openToRead(data)
      try {
        console.out((await opened.connection.request('connections.list', {})).file)
        return EXIT.ok
      } finally {
        await opened.close()
      }
    }
    default: {
      const near = similar(action, ACTIONS)
      throw usage(
        `connections has ${ACTIONS.join(', ')}, not “${action}”.${near === undefined ? '' : ` Did you mean “${near}”?`}`,
      )
    }
  }
}

async function list(
  data: string | undefined,
  only: string | undefined,
  json: boolean,
  console: Console,
): Promise<number> {
  const opened = openToRead(data)
  try {
    const found = await opened.connection.request('connections.list', {})
    const { file, diagnostics } = found
    const environments = found.environments.filter(
      ({ name }) => only === undefined || name === only,
    )
    const broken = diagnostics.some(({ severity }) => severity === 'error')
    if (json) console.out(JSON.stringify({ file, environments, diagnostics }, null, 2))
    for (const { severity, code, message, range } of diagnostics) {
      const { line, column } = range.start
      console.say(`${file}:${line}:${column}: ${severity} ${code}: ${printable(message)}`)
    }
    if (json) return broken ? EXIT.problems : EXIT.ok
    if (environments.length === 0)
      console.say(
        broken
          ? `Nothing${only === undefined ? '' : ` of “${only}”`} can be read in ${file} before that is mended.`
          : only === undefined
            ? `No environments yet. Write them into ${file} (docs/connections.md), import a team's file, or use Connections in the window.`
            : `There is no environment “${only}” in ${file}.`,
      )
    for (const { name, production, profiles } of environments) {
      const mark = production ? `  ${console.style(['bold', 'red'], 'PRODUCTION')}` : ''
      console.out(`${console.style('bold', printable(name))}${mark}`)
      const width = Math.max(0, ...profiles.map((profile) => profile.name.length))
      for (const profile of profiles)
        console.out(`  ${profile.name.padEnd(width)}  ${printable(profileSummary(profile))}`)
    }
    return broken ? EXIT.problems : EXIT.ok
  } finally {
    await opened.close()
  }
}

async function test(
  name: string,
  data: string | undefined,
  environment: string | undefined,
  json: boolean,
  console: Console,
): Promise<number> {
  const person = isatty(0)
  let questions: Questions | undefined
  const hosts = new StageHosts()
  const tellWait = waitTeller((text) => console.say(text))
  const push = (one: Push): void => {
    tellWait(one)
    questions?.push(one)
    if (json || one.push !== 'probe.stage') return
    const host = hosts.next(one.data.stage)
    if (host !== undefined) console.out(`  ${printable(host)}`)
    console.out(stageText(one.data.stage, console.style))
  }
  const opened = openToRead(data, { push, answers: person })
  const prompter = person ? new Prompter(json) : undefined
  if (prompter !== undefined) questions = new Questions(opened.connection, prompter)
  try {
    const place = await environmentOf(opened, name, environment)
    if (!json) console.out(`${name} in ${place}:`)
    const probe = await opened.connection.request('connections.test', {
      probe: 'test',
      profile: name,
      environment: place,
    })
    console.out(json ? JSON.stringify(probe, null, 2) : probeText(probe, console.style))
    return probe.ok ? EXIT.ok : EXIT.problems
  } finally {
    prompter?.close()
    await opened.close()
  }
}

/** The environment that was named, or the only one that has the profile. */
async function environmentOf(
  opened: Opened,
  profile: string,
  environment: string | undefined,
): Promise<string> {
  const { file, environments, diagnostics } = await opened.connection.request(
    'connections.list',
    {},
  )
  const having = environments
    .filter(({ profiles }) => profiles.some((one) => one.name === profile))
    .map(({ name }) => name)
    .filter((one) => environment === undefined || one === environment)
  const [only, ...more] = having
  if (only === undefined) {
    // It may be there, and unreadable.
    const mistake = diagnostics.find(({ severity }) => severity === 'error')
    const { line = 0, column = 0 } = mistake?.range.start ?? {}
    throw usage(
      `There is no profile “${profile}”${environment === undefined ? '' : ` in ${environment}`}. ${mistake === undefined ? 'muster connections list shows them.' : `The file has a mistake, at ${file}:${line}:${column}: ${mistake.message}`}`,
    )
  }
  if (more.length > 0)
    throw usage(`“${profile}” is in ${having.join(' and ')}. Give --environment NAME.`)
  return only
}

async function change(
  words: readonly string[],
  data: string | undefined,
  given: string | undefined,
  console: Console,
): Promise<number> {
  const [name] = words
  if (name === undefined || name.includes('='))
    throw usage('Which profile? Give its name after edit, then KEY=VALUE for what changes.')
  const opened = await openToWrite(data, () => undefined)
  try {
    return await edit(opened, words, await environmentOf(opened, name, given), console)
  } finally {
    await opened.close()
  }
}

async function remove(
  profile: string,
  data: string | undefined,
  given: string | undefined,
  console: Console,
): Promise<number> {
  const opened = await openToWrite(data, () => undefined)
  try {
    const environment = await environmentOf(opened, profile, given)
    await opened.connection.request('connections.remove', { environment, profile })
    console.out(`Removed ${profile} from ${environment}.`)
    return EXIT.ok
  } finally {
    await opened.close()
  }
}

async function importFile(
  file: string,
  data: string | undefined,
  replace: boolean,
  console: Console,
): Promise<number> {
  const opened = await openToWrite(data, () => undefined)
  try {
    const { added, kept } = await opened.connection.request('connections.import', {
      path: resolve(file),
      replace,
    })
    console.out(`${added} ${added === 1 ? 'profile' : 'profiles'} taken over.`)
    if (kept.length > 0)
      console.say(
        `Kept as they were, because they are here already: ${kept.join(', ')}. --replace takes over the file's.`,
      )
    return EXIT.ok
  } finally {
    await opened.close()
  }
}
