import type { ExpectMode } from '../runbook/model.ts'
import type { GateResult } from './events.ts'

/** Comparison of an output with an `expect` fence. */

/** Text shown of either side. */
const EXCERPT = 160
/** A regular expression is tried on this much output: one that backtracks badly must not hold up a failover. */
const REGEX_INPUT = 64 * 1024

interface Output {
  readonly stdout: string
  readonly truncated: boolean
}

interface Comparison {
  readonly passed: boolean
  readonly wanted: string
  readonly seen: string
}

function excerpt(text: string): string {
  const shown = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text
  return shown === '' ? '(nothing)' : shown.replaceAll(/\p{Surrogate}/gu, '\uFFFD')
}

/** One newline at the end belongs to the way programs print, not to what they say. */
function withoutFinalNewline(text: string): string {
  return text.endsWith('\r\n') ? text.slice(0, -2) : text.endsWith('\n') ? text.slice(0, -1) : text
}

function exact(wanted: string, output: Output): Comparison {
  const expected = withoutFinalNewline(wanted)
  const seen = withoutFinalNewline(output.stdout)
  if (expected === seen && !output.truncated)
    return { passed: true, wanted: excerpt(expected), seen: excerpt(seen) }
  let at = 0
  while (at < expected.length && expected[at] === seen[at]) at++
  const before = expected.slice(0, at)
  const line = before.split('\n').length
  const column = at - (before.lastIndexOf('\n') + 1) + 1
  const place = `differs at ${line}:${column}: `
  return {
    passed: false,
    wanted: excerpt(expected.slice(at)),
    seen: place + excerpt(seen.slice(at)),
  }
}

function contains(wanted: string, output: Output): Comparison {
  const needle = withoutFinalNewline(wanted)
  return {
    passed: output.stdout.includes(needle),
    wanted: `contains ${excerpt(needle)}`,
    seen: excerpt(withoutFinalNewline(output.stdout)),
  }
}

function regex(wanted: string, output: Output): Comparison {
  const pattern = withoutFinalNewline(wanted)
  let expression: RegExp
  try {
    expression = new RegExp(pattern, 'mu')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { passed: false, wanted: excerpt(pattern), seen: `the pattern is not valid: ${why}` }
  }
  const seen = withoutFinalNewline(output.stdout)
  const looked = seen.slice(0, REGEX_INPUT)
  const passed = expression.test(looked)
  const cut =
    !passed && seen.length > looked.length ? ` (in the first ${REGEX_INPUT} characters)` : ''
  return { passed, wanted: `matches ${excerpt(pattern)}`, seen: excerpt(looked) + cut }
}

type Parsed =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first place where `seen` lacks what is wanted; undefined when everything wanted is there. */
function lacking(wanted: unknown, seen: unknown, path: string): string | undefined {
  if (isObject(wanted)) {
    if (!isObject(seen))
      return `${path} is ${excerpt(JSON.stringify(seen) ?? 'absent')}, not an object`
    for (const [name, member] of Object.entries(wanted)) {
      if (!Object.hasOwn(seen, name)) return `${path}.${name} is absent`
      const problem = lacking(member, seen[name], `${path}.${name}`)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(seen)) return `${path} is not a list`
    if (wanted.length !== seen.length)
      return `${path} has ${seen.length} entries, not ${wanted.length}`
    for (const [index, member] of wanted.entries()) {
      const problem = lacking(member, seen[index], `${path}[${index}]`)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  return Object.is(wanted, seen)
    ? undefined
    : `${path} is ${excerpt(JSON.stringify(seen) ?? 'absent')}`
}

function cellText(cell: unknown): string {
  return typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? '')
}

/** Databases give text: `false` and `"f"`, `5` and `"5"` are the same cell. */
function sameCell(wanted: unknown, seen: unknown): boolean {
  if (wanted === null || seen === null) return wanted === seen
  if (typeof wanted === 'boolean')
    return seen === wanted || seen === (wanted ? 't' : 'f') || seen === String(wanted)
  if (typeof wanted === 'object') return lacking(wanted, seen, '') === undefined
  return cellText(wanted) === cellText(seen)
}

function rows(wanted: unknown, seen: unknown): string | undefined {
  if (!Array.isArray(wanted) || !Array.isArray(seen)) return 'both sides must be lists of rows'
  if (wanted.length !== seen.length) return `${seen.length} rows, not ${wanted.length}`
  for (const [index, row] of wanted.entries()) {
    const actual: unknown = seen[index]
    if (!isObject(row) || !isObject(actual)) return `row ${index + 1} is not an object`
    for (const [column, cell] of Object.entries(row)) {
      if (!Object.hasOwn(actual, column)) return `row ${index + 1} has no column ${column}`
      if (!sameCell(cell, actual[column])) {
        return `row ${index + 1}, ${column} is ${excerpt(JSON.stringify(actual[column]) ?? 'absent')}`
      }
    }
  }
  return undefined
}

function structured(mode: 'json' | 'rows', wanted: string, output: Output): Comparison {
  const expected = parse(wanted)
  const fail = (seen: string): Comparison => ({
    passed: false,
    wanted: excerpt(withoutFinalNewline(wanted)),
    seen,
  })
  if (!expected.ok) return fail(`the expectation is not JSON: ${expected.why}`)
  if (output.truncated) return fail('there is too much output to compare as JSON')
  const seen = parse(output.stdout)
  if (!seen.ok) return fail(`the output is not JSON: ${excerpt(output.stdout)}`)
  const problem =
    mode === 'rows' ? rows(expected.value, seen.value) : lacking(expected.value, seen.value, '$')
  if (problem !== undefined) return fail(problem)
  return {
    passed: true,
    wanted: excerpt(withoutFinalNewline(wanted)),
    seen: excerpt(output.stdout.trim()),
  }
}

function compare(mode: ExpectMode, wanted: string, output: Output): Comparison {
  switch (mode) {
    case 'exact':
      return exact(wanted, output)
    case 'contains':
      return contains(wanted, output)
    case 'regex':
      return regex(wanted, output)
    case 'json':
    case 'rows':
      return structured(mode, wanted, output)
  }
}

/** The gate of one expectation. Output that was cut can pass only what a beginning can prove. */
export function compareText(
  expectation: { readonly mode: ExpectMode; readonly text: string },
  output: Output,
): GateResult {
  return { gate: 'expect', ...compare(expectation.mode, expectation.text, output) }
}
