import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createSecrets, type Keychain } from '../../../main/connections/secrets/secrets.ts'
import type { Answer, Question } from '../../../main/contract/prompts.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'

const purpose = { environment: 'production', profile: 'orders', label: 'password of app' }

function asking(...answers: Answer[]): {
  readonly questions: Question[]
  ask(question: Question): Promise<Answer>
} {
  const questions: Question[] = []
  return {
    questions,
    ask: (question) => {
      questions.push(question)
      return Promise.resolve(answers.shift() ?? { kind: 'declined', why: 'Nobody is there.' })
    },
  }
}

afterEach(() => vi.unstubAllEnvs())

test('typed once, kept for this session, asked anew when the server refused it', async () => {
  const prompter = asking(
    { kind: 'secret', values: ['wrong horse'] },
    { kind: 'secret', values: ['right horse'] },
  )
  const secrets = createSecrets(prompter)
  const source = { from: 'ask' } as const
  const both = await Promise.all([secrets.get(source, purpose), secrets.get(source, purpose)])
  expect(both).toEqual([{ value: 'wrong horse' }, { value: 'wrong horse' }])
  expect(await secrets.get(source, purpose)).toEqual({ value: 'wrong horse' })
  expect(prompter.questions).toEqual([
    {
      kind: 'secret',
      title: 'orders (production)',
      prompts: [{ label: 'password of app', masked: true }],
    },
  ])
  secrets.refuse(source, purpose)
  expect(await secrets.get(source, purpose)).toEqual({ value: 'right horse' })
  // What was wrong is still something that must not be shown.
  expect(secrets.values()).toEqual(['wrong horse', 'right horse'])
})

test('a question that nobody waits for any more is taken back, and not before', async () => {
  let asked: AbortSignal | undefined
  const secrets = createSecrets({
    ask: (_question, signal) => {
      asked = signal
      return new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve({ kind: 'declined', why: 'Gone.' }))
      })
    },
  })
  const [first, second] = [new AbortController(), new AbortController()]
  const both = [first, second].map(({ signal }) => secrets.get({ from: 'ask' }, purpose, signal))
  first.abort()
  expect(asked?.aborted).toBe(false)
  second.abort()
  expect(asked?.aborted).toBe(true)
  const problem = { problem: 'The password of app is needed. Gone.' }
  expect(await Promise.all(both)).toEqual([problem, problem])
})

test('declined is a problem in words', async () => {
  const secrets = createSecrets(asking())
  expect(await secrets.get({ from: 'ask' }, purpose)).toEqual({
    problem: 'The password of app is needed. Nobody is there.',
  })
})

test('from the environment', async () => {
  const secrets = createSecrets(asking())
  const source = { from: 'environment', name: 'MUSTER_TEST_SECRET' } as const
  expect(await secrets.get(source, purpose)).toEqual({
    problem: expect.stringContaining('MUSTER_TEST_SECRET, which holds the password of app, is not'),
  })
  vi.stubEnv('MUSTER_TEST_SECRET', 'from outside')
  expect(await secrets.get(source, purpose)).toEqual({ value: 'from outside' })
})

test.each([
  [['printf', 'one\ntwo\n'], { value: 'one' }],
  [
    ['sh', '-c', 'echo no such item >&2; exit 3'],
    { problem: 'sh -c failed (exit 3): no such item' },
  ],
  [['true'], { problem: 'true printed nothing.' }],
  [['sh', '-c', 'kill -9 $$'], { problem: 'sh -c was ended by SIGKILL.' }],
  [
    ['no-such-program-here'],
    {
      problem:
        'The program no-such-program-here, which gives this secret, was not found on this laptop.',
    },
  ],
  [['printf', 'caf\\303\\251'], { value: 'café' }],
  [
    ['printf', '\\377\\376'],
    {
      problem:
        'What printf \\377\\376 printed is no line of text, so it was not taken for a secret.',
    },
  ],
  [
    ['printf', 'one\\033[31m'],
    {
      problem:
        'What printf one\\033[31m printed is no line of text, so it was not taken for a secret.',
    },
  ],
  [['yes'], { problem: 'yes printed more than 64 KiB, which is no secret.' }],
])('from the command %j', async (command, given) => {
  const secrets = createSecrets(asking())
  expect(await secrets.get({ from: 'command', command }, purpose)).toEqual(given)
})

test('a command that nobody waits for any more is ended', async () => {
  const folder = temporaryFolder('secret-command')
  try {
    const secrets = createSecrets(asking())
    const file = join(folder.path, 'pid')
    const command = ['sh', '-c', 'echo $$ > "$0"; exec sleep 1000', file]
    const unwanted = new AbortController()
    const given = secrets.get({ from: 'command', command }, purpose, unwanted.signal)
    const pid = await until('it runs', () =>
      existsSync(file) && Number(readFileSync(file, 'utf8')) > 0
        ? Number(readFileSync(file, 'utf8'))
        : undefined,
    )
    unwanted.abort()
    expect(await given).toEqual({
      problem: 'sh -c was ended, for nobody waited for it any more.',
    })
    await until('it is gone', () => !existsSync(`/proc/${pid}`))
  } finally {
    folder.remove()
  }
})

test('a program that takes its time is named until it has ended, without what it was told', async () => {
  const folder = temporaryFolder('secret-command')
  try {
    const said: unknown[] = []
    let over = 0
    const secrets = createSecrets({
      ...asking(),
      waits: (wait) => {
        said.push(wait)
        return () => {
          over += 1
        }
      },
    })
    const file = join(folder.path, 'touched')
    const command = ['sh', '-c', 'until [ -e "$0" ]; do sleep 0.05; done; echo right horse', file]
    const given = secrets.get({ from: 'command', command }, purpose)
    await until('it is said', () => said.length > 0)
    expect(said).toEqual([
      { title: 'orders (production)', label: 'password of app', program: 'sh' },
    ])
    expect(over).toBe(0)
    writeFileSync(file, '')
    expect(await given).toEqual({ value: 'right horse' })
    expect(over).toBe(1)
    expect(said).toHaveLength(1)
  } finally {
    folder.remove()
  }
})

test('a command is no shell: what looks like one is a plain argument', async () => {
  const secrets = createSecrets(asking())
  const command = ['printf', '%s', '$(id); `id`']
  expect(await secrets.get({ from: 'command', command }, purpose)).toEqual({
    value: '$(id); `id`',
  })
})

test('from the keychain, where the host has one', async () => {
  const source = { from: 'keychain', name: 'orders' } as const
  expect(await createSecrets(asking()).get(source, purpose)).toEqual({
    problem: expect.stringContaining('only the desktop program can open'),
  })
  const entries = new Map([['orders', 'kept']])
  const keychain = (why?: string): Keychain => ({
    unusable: () => Promise.resolve(why),
    read: (name) => Promise.resolve(entries.get(name)),
    write: (name, value) => {
      entries.set(name, value)
      return Promise.resolve()
    },
    remove: (name) => {
      entries.delete(name)
      return Promise.resolve()
    },
  })
  expect(await createSecrets(asking(), keychain()).get(source, purpose)).toEqual({ value: 'kept' })
  expect(
    await createSecrets(asking(), keychain('There is no keyring.')).get(source, purpose),
  ).toEqual({ problem: 'There is no keyring.' })
  entries.clear()
  expect(await createSecrets(asking(), keychain()).get(source, purpose)).toEqual({
    problem: expect.stringContaining('no entry “orders”'),
  })
})
