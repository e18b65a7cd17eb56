import {
  certificateDiffers,
  readCertificateExpectation,
  type CertificateFacts,
} from '../certificate/expectation.ts'
import { compilePattern } from '../pattern/pattern.ts'
import type { ExpectMode } from '../runbook/model.ts'
import type { GateResult, RedisFacts } from './events.ts'
import { parseJson, showJson } from './json-text.ts'

/** Comparison of an output with an `expect` fence. */

/** Text shown of either side. */
const EXCERPT = 160
/** A regular expression is tried on this much output, in UTF-16 units: a long look must not hold up a failover. */
const REGEX_INPUT = 64 * 1024

interface Output {
  readonly stdout: string
  readonly truncated: boolean
  /** JSON beside output that is made for people. */
  readonly json?: string
  readonly certificate?: CertificateFacts
  /** Replies are text made for people, and their JSON stands beside it. */
  readonly redis?: RedisFacts
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
  if (expected === seen) {
    return output.truncated
      ? { passed: false, wanted: excerpt(expected), seen: 'this, and more output than is compared' }
      : { passed: true, wanted: excerpt(expected), seen: excerpt(seen) }
  }
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
  const passed = output.stdout.includes(needle)
  const cut = !passed && output.truncated
  return {
    passed,
    wanted: `contains ${excerpt(needle)}`,
    seen:
      excerpt(withoutFinalNewline(output.stdout)) +
      (cut ? ` (in the first ${output.stdout.length} characters)` : ''),
  }
}

function regex(wanted: string, output: Output): Comparison {
  const source = withoutFinalNewline(wanted)
  const pattern = compilePattern(source)
  const fail = (seen: string): Comparison => ({
    passed: false,
    wanted: `matches ${excerpt(source)}`,
    seen,
  })
  if (!pattern.ok) return fail(`the pattern ${pattern.why}`)
  const seen = withoutFinalNewline(output.stdout)
  const looked = seen.slice(0, REGEX_INPUT)
  switch (pattern.match(looked)) {
    case 'matches':
      return { passed: true, wanted: `matches ${excerpt(source)}`, seen: excerpt(looked) }
    case 'too-costly':
      return fail('the pattern is too costly for this much output; make it simpler')
    case 'differs': {
      const cut = output.truncated || seen.length > looked.length
      return fail(excerpt(looked) + (cut ? ` (in the first ${looked.length} characters)` : ''))
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Nothing is compared below this depth: text can be nested deeper than a program can follow. */
const DEEPEST = 200

function shown(value: unknown): string {
  return excerpt(showJson(value, EXCERPT))
}

/** The first place where `seen` lacks what is wanted; undefined when everything wanted is there. */
function lacking(wanted: unknown, seen: unknown, path: string, depth = 0): string | undefined {
  if (depth > DEEPEST) return `${excerpt(path)} is nested too deeply to compare`
  if (isObject(wanted)) {
    if (!isObject(seen)) return `${path} is ${shown(seen)}, not an object`
    for (const [name, member] of Object.entries(wanted)) {
      if (!Object.hasOwn(seen, name)) return `${path}.${name} is absent`
      const problem = lacking(member, seen[name], `${path}.${name}`, depth + 1)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(seen)) return `${path} is ${shown(seen)}, not a list`
    if (wanted.length !== seen.length)
      return `${path} has ${seen.length} ${seen.length === 1 ? 'entry' : 'entries'}, not ${wanted.length}`
    for (const [index, member] of wanted.entries()) {
      const problem = lacking(member, seen[index], `${path}[${index}]`, depth + 1)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  return wanted === seen ? undefined : `${path} is ${shown(seen)}, not ${shown(wanted)}`
}

function cellText(cell: unknown): string | undefined {
  switch (typeof cell) {
    case 'string':
      return cell
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(cell)
    default:
      return undefined
  }
}

/** Databases give text: `false` and `"f"`, `5` and `"5"` are the same cell. */
function sameCell(wanted: unknown, seen: unknown): boolean {
  if (wanted === null || seen === null) return wanted === seen
  switch (typeof wanted) {
    case 'boolean':
      return seen === wanted || seen === (wanted ? 't' : 'f') || seen === String(wanted)
    case 'object': {
      const parsed = typeof seen === 'string' ? parseJson(seen) : undefined
      return lacking(wanted, parsed?.ok ? parsed.value : seen, '') === undefined
    }
    default:
      return cellText(wanted) === cellText(seen)
  }
}

function rows(wanted: unknown, seen: unknown): string | undefined {
  if (!Array.isArray(wanted)) return 'the expectation is not a list of rows'
  if (!Array.isArray(seen)) return `the output is not a list of rows: ${shown(seen)}`
  if (wanted.length !== seen.length)
    return `${seen.length} ${seen.length === 1 ? 'row' : 'rows'}, not ${wanted.length}: ${shown(seen)}`
  for (const [index, row] of wanted.entries()) {
    const actual: unknown = seen[index]
    if (!isObject(row)) return `row ${index + 1} of the expectation is not an object`
    if (!isObject(actual)) return `row ${index + 1} is ${shown(actual)}, not an object`
    for (const [column, cell] of Object.entries(row)) {
      if (!Object.hasOwn(actual, column)) return `row ${index + 1} has no column ${column}`
      if (!sameCell(cell, actual[column]))
        return `row ${index + 1}, ${column} is ${shown(actual[column])}, not ${shown(cell)}`
    }
  }
  return undefined
}

function structured(mode: 'json' | 'rows', wanted: string, output: Output): Comparison {
  const expected = parseJson(wanted)
  const fail = (seen: string): Comparison => ({
    passed: false,
    wanted: excerpt(withoutFinalNewline(wanted)),
    seen: excerpt(seen),
  })
  if (!expected.ok) return fail(`the expectation is not JSON: ${expected.why}`)
  if (output.truncated && output.json === undefined)
    return fail('there is too much output to compare as JSON')
  if (output.redis !== undefined && output.json === undefined)
    return fail('the reply is too large to compare as JSON')
  const text = output.json ?? output.stdout
  const seen = parseJson(text)
  if (!seen.ok) return fail(`the output is not JSON: ${excerpt(text)}`)
  const problem =
    mode === 'rows' ? rows(expected.value, seen.value) : lacking(expected.value, seen.value, '$')
  if (problem !== undefined) return fail(problem)
  return {
    passed: true,
    wanted: excerpt(withoutFinalNewline(wanted)),
    seen: excerpt(text.trim()),
  }
}

function certificate(wanted: string, output: Output): Comparison {
  const shownWanted = `certificate ${excerpt(withoutFinalNewline(wanted))}`
  const read = readCertificateExpectation(wanted)
  const fail = (seen: string): Comparison => ({ passed: false, wanted: shownWanted, seen })
  if ('why' in read) return fail(`the expectation ${read.why}`)
  const seen = output.certificate
  if (seen === undefined) return fail('no certificate: the answer did not come over TLS')
  const problem = certificateDiffers(read.wanted, seen)
  if (problem !== undefined) return fail(excerpt(problem))
  return {
    passed: true,
    wanted: shownWanted,
    seen: excerpt(`${seen.subject}, by ${seen.issuer}, ${seen.daysLeft} days left`),
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
    case 'certificate':
      return certificate(wanted, output)
  }
}

/** The gate of one expectation. Output that was cut can pass only what a beginning can prove. */
export function compareText(
  expectation: { readonly mode: ExpectMode; readonly text: string },
  output: Output,
): GateResult {
  return { gate: 'expect', ...compare(expectation.mode, expectation.text, output) }
}
