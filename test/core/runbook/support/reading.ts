import { parseRunbook } from '../../../../main/core/runbook/parse.ts'
import { blocksOf, type Block, type Step } from '../../../../main/core/runbook/model.ts'

/** The head that stands above every example of FORMAT.md that begins with a step. */
export const HEAD = `---
runbook: 1
title: Example
kind: maintenance
roles: [operator]
inputs: { TICKET: { label: Change ticket } }
targets:
  laptop: local
  replica: { ssh: orders-db-b }
  orders: { postgres: orders-replica }
  cache: { redis: orders-cache }
  site: { http: "https://orders.example.com" }
---
## Phase
`
const HEAD_LINES = HEAD.split('\n').length - 1

/** `code line:column` of everything there is to say about a whole file. */
export function said(source: string): string[] {
  return parseRunbook(source).diagnostics.map(
    ({ code, range }) => `${code} ${range.start.line}:${range.start.column}`,
  )
}

/** The same of steps under the head, with places counted from their own first line; unused targets left out. */
export function saidOfSteps(source: string): string[] {
  return parseRunbook(HEAD + source)
    .diagnostics.filter(({ code }) => code !== 'target-unused')
    .map(({ code, range }) => `${code} ${range.start.line - HEAD_LINES}:${range.start.column}`)
}

/** The codes alone. */
export function codes(source: string): string[] {
  return parseRunbook(source).diagnostics.map(({ code }) => code)
}

export function stepsOf(source: string): readonly Step[] {
  return parseRunbook(HEAD + source).runbook.steps
}

/** The first step under the head. */
export function stepOf(source: string): Step {
  const [step] = stepsOf(source)
  if (!step) throw new Error('There is no step.')
  return step
}

/** The first block of the first step under the head. */
export function blockOf(source: string): Block {
  const [block] = blocksOf(stepOf(source))
  if (!block) throw new Error('There is no block.')
  return block
}

/** A whole file with other frontmatter, and one step. */
export function withHead(...lines: readonly string[]): string {
  return [
    '---',
    'runbook: 1',
    'kind: maintenance',
    ...lines,
    '---',
    '# T',
    '## P',
    '### S',
    '',
  ].join('\n')
}
