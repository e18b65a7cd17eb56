import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Push } from '../../main/contract/pushes.ts'
import { Prompts } from '../../main/engine/prompts.ts'

const question = {
  kind: 'secret',
  title: 'orders',
  prompts: [{ label: 'password', masked: true }],
} as const

let prompts: Prompts
let pushes: Push[]
let people: number
beforeEach(() => {
  prompts = new Prompts()
  pushes = []
  people = 2
  prompts.serve({ count: () => people, push: (push) => pushes.push(push) })
})
afterEach(() => prompts.close())

describe('a question', () => {
  test('goes to everybody, and the first answer counts', async () => {
    const asked = prompts.ask(question)
    const [open] = prompts.list()
    const prompt = open?.prompt ?? ''
    expect(pushes).toEqual([{ push: 'prompt.opened', data: { prompt, question } }])
    prompts.answer(prompt, { kind: 'secret', values: ['x'] })
    expect(await asked).toEqual({ kind: 'secret', values: ['x'] })
    expect(pushes.at(-1)).toEqual({ push: 'prompt.closed', data: { prompt } })
    expect(JSON.stringify(pushes)).not.toContain('"x"')
    expect(() => prompts.answer(prompt, { kind: 'secret', values: ['y'] })).toThrow(
      /does not wait for an answer any more/u,
    )
  })

  test('takes only an answer of its kind, with every field', async () => {
    const asked = prompts.ask(question)
    const prompt = prompts.list()[0]?.prompt ?? ''
    expect(() => prompts.answer(prompt, { kind: 'host-key', accept: 'once' })).toThrow(/no answer/u)
    expect(() => prompts.answer(prompt, { kind: 'secret', values: [] })).toThrow(/Every field/u)
    prompts.answer(prompt, { kind: 'declined', why: 'Not now.' })
    expect(await asked).toEqual({ kind: 'declined', why: 'Not now.' })
  })

  test('that nobody can hear is declined at once', async () => {
    people = 0
    expect(await prompts.ask(question)).toEqual({
      kind: 'declined',
      why: 'Nobody is there to be asked.',
    })
    expect(pushes).toEqual([])
  })

  test('ends when the connection does not wait, and when Muster closes', async () => {
    const abort = new AbortController()
    const asked = prompts.ask(question, abort.signal)
    const other = prompts.ask(question)
    abort.abort()
    expect(await asked).toMatchObject({ kind: 'declined' })
    expect(prompts.list()).toHaveLength(1)
    prompts.close()
    expect(await other).toEqual({ kind: 'declined', why: 'Muster was closed.' })
    expect(await prompts.ask(question, AbortSignal.abort())).toMatchObject({ kind: 'declined' })
  })
})

test('a program that is waited for is said to everybody, and to whoever comes late', () => {
  const program = { title: 'orders', label: 'password of app', program: 'op' }
  const over = prompts.waits(program)
  const [open] = prompts.listWaits()
  expect(open?.for).toEqual(program)
  expect(pushes).toEqual([{ push: 'wait.opened', data: open }])
  over()
  over()
  expect(prompts.listWaits()).toEqual([])
  expect(pushes.slice(1)).toEqual([{ push: 'wait.closed', data: { wait: open?.wait } }])
})
