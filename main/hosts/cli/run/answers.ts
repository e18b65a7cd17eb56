import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import type { Runbook } from '../../../core/runbook/model.ts'
import { similar } from '../../../core/runbook/similar.ts'
import { usage } from '../cli-error.ts'

/** Answers prepared beforehand: a YAML file whose text is recorded with the run. */

const answersSchema = z.strictObject({
  /** Values of inputs, as written: 007 stays 007. */
  inputs: z.record(z.string(), z.string()).default({}),
  /** Steps whose items and completion are confirmed; all of them, or by id. */
  confirm: z.union([z.literal('all'), z.array(z.string())]).default([]),
  /** Step id -> id of the option. */
  decide: z.record(z.string(), z.string()).default({}),
  /** Step id -> why it is skipped. */
  skip: z.record(z.string(), z.string().trim().min(1)).default({}),
})
const KEYS = Object.keys(answersSchema.shape)

export interface Answers extends z.infer<typeof answersSchema> {
  readonly text: string
}

interface Problem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

function hint(word: string, candidates: readonly string[]): string {
  const near = similar(word, candidates)
  return near === undefined ? '' : ` Did you mean “${near}”?`
}

/** Where in the file a value stands; the key's place for a member of a map. */
function placeOf(document: Document, counter: LineCounter, path: Problem['path']): string {
  let node: unknown = document.contents
  let offset = 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === String(part))
      if (pair === undefined) break
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      if (isScalar(node)) offset = node.range?.[0] ?? offset
    } else break
  }
  const { line, col } = counter.linePos(offset)
  return `${line}:${col}`
}

function wordsFor(issue: z.core.$ZodIssue): readonly Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `“${key}” is not a key of an answers file. Known: ${KEYS.join(', ')}.${hint(key, KEYS)}`,
    }))
  }
  switch (path[0]) {
    case 'confirm':
      return [{ path, message: 'confirm is “all”, or a list of step ids.' }]
    case 'decide':
      return [{ path, message: 'decide is a map of step ids to the id of the option.' }]
    case 'skip':
      return [{ path, message: 'skip is a map of step ids to the reason why.' }]
    case 'inputs':
      return [{ path, message: 'inputs is a map of names to values.' }]
    default:
      return [{ path, message: 'An answers file is a map with inputs, confirm, decide, skip.' }]
  }
}

/** Names in the answers that the runbook does not have, secrets, and options that do not exist. */
function misfits(answers: z.infer<typeof answersSchema>, runbook: Runbook): Problem[] {
  const problems: Problem[] = []
  const ids = runbook.steps.map(({ id }) => id)
  const unknownStep = (path: Problem['path'], id: string): void => {
    if (!ids.includes(id))
      problems.push({
        path,
        message: `There is no step “${id}” in this runbook.${hint(id, ids)}`,
      })
  }
  if (answers.confirm !== 'all')
    for (const [index, id] of answers.confirm.entries()) unknownStep(['confirm', index], id)
  for (const id of Object.keys(answers.skip)) unknownStep(['skip', id], id)
  for (const [id, option] of Object.entries(answers.decide)) {
    unknownStep(['decide', id], id)
    const step = runbook.steps.find((candidate) => candidate.id === id)
    if (step === undefined) continue
    const options = step.decide?.options.map((candidate) => candidate.id) ?? []
    if (options.length === 0)
      problems.push({ path: ['decide', id], message: `Nothing is decided in the step “${id}”.` })
    else if (!options.includes(option))
      problems.push({
        path: ['decide', id],
        message: `“${option}” is not an option of “${id}”; there are ${options.join(', ')}.${hint(option, options)}`,
      })
  }
  const names = runbook.inputs.map(({ name }) => name)
  for (const name of Object.keys(answers.inputs)) {
    const input = runbook.inputs.find((candidate) => candidate.name === name)
    if (input === undefined)
      problems.push({
        path: ['inputs', name],
        message: `${name} is not an input of this runbook.${hint(name, names)}`,
      })
    else if (input.secret)
      problems.push({
        path: ['inputs', name],
        message: `${name} is secret, and the text of this file is recorded with the run. Give it as --input ${name}, with the value in the environment.`,
      })
  }
  return problems
}

/** Reads answers for a runbook. Throws one usage error with every problem, each with its place in the file. */
export function readAnswers(text: string, file: string, runbook: Runbook): Answers {
  const counter = new LineCounter()
  // failsafe: every value is the text that was written.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: counter })
  const fail = (lines: readonly string[]): Error =>
    usage(['The answers cannot be used:', ...lines.map((line) => `  ${file}:${line}`)].join('\n'))
  if (document.errors.length > 0) {
    throw fail(
      document.errors.map(({ message, pos }) => {
        const { line, col } = counter.linePos(pos[0])
        return `${line}:${col}: ${message.split('\n')[0]}`
      }),
    )
  }
  const value: unknown = document.contents === null ? {} : document.toJS()
  const parsed = answersSchema.safeParse(value === '' ? {} : value)
  const problems = parsed.success
    ? misfits(parsed.data, runbook)
    : parsed.error.issues.flatMap(wordsFor)
  if (!parsed.success || problems.length > 0) {
    throw fail(
      problems.map(({ path, message }) => `${placeOf(document, counter, path)}: ${message}`),
    )
  }
  return { ...parsed.data, text }
}
