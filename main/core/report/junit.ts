import type { Report, ReportAttempt, ReportStep } from './report.ts'
import { BLOCK_WORDS, STEP_WORDS } from './words.ts'

/**
 * A run as JUnit XML: a suite for each step, a case for each of its blocks, or one for a step that has none. A failure is
 * what was seen to fail; an error is what nobody knows the outcome of; skipped is what was not run.
 */

type ReportBlock = ReportStep['blocks'][number]

interface Case {
  readonly name: string
  readonly ms: number
  readonly result?: { readonly kind: 'failure' | 'error' | 'skipped'; readonly message: string }
  readonly details: readonly string[]
}

/** Characters that no XML 1.0 document may have, half surrogates among them. */
const INVALID = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

function attribute(text: string): string {
  return text
    .replaceAll(INVALID, '\u{FFFD}')
    .replaceAll(/[&<>"\t\n\r]/gu, (character) => ENTITIES[character] ?? character)
}

function content(text: string): string {
  return text
    .replaceAll(INVALID, '\u{FFFD}')
    .replaceAll(/[&<>\r]/gu, (character) => ENTITIES[character] ?? character)
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function attemptLine(attempt: ReportAttempt): string[] {
  const { number, target, by, outcome, passed, notice, resolution, hosts } = attempt
  const ended =
    passed === undefined ? 'no result' : passed ? 'passed' : `not passed: ${outcome?.kind ?? '?'}`
  return [
    `Attempt ${number} on ${target} by ${by}: ${ended}`,
    ...(notice === undefined ? [] : [notice]),
    ...hosts.map(({ host, status }) => `${host}: ${status}`),
    ...(resolution === undefined
      ? []
      : [`Marked ${resolution.as} by ${resolution.by}: ${resolution.reason}`]),
  ]
}

function blockResult(block: ReportBlock, step: ReportStep): Case['result'] {
  const { word } = BLOCK_WORDS[block.status]
  switch (block.status) {
    case 'passed':
    case 'done':
      return undefined
    case 'failed':
    case 'gave-up':
      return { kind: 'failure', message: word }
    case 'unknown':
      return { kind: 'error', message: word }
    case 'running':
      return { kind: 'error', message: 'Outcome unknown: it has not ended' }
    case 'idle':
      return { kind: 'skipped', message: step.reason ?? word }
  }
}

function blockCase(block: ReportBlock, position: number, step: ReportStep): Case {
  const result = blockResult(block, step)
  return {
    name: `${position}. ${block.verb} (${block.language})`,
    ms: block.attempts.reduce((sum, attempt) => sum + (attempt.durationMs ?? 0), 0),
    ...(result && { result }),
    details: block.attempts.flatMap(attemptLine),
  }
}

function stepCase(step: ReportStep): Case {
  const message = step.reason ?? STEP_WORDS[step.status].word
  const kind =
    step.status === 'done'
      ? undefined
      : step.status === 'failed' || step.status === 'rolled-back'
        ? 'failure'
        : step.status === 'active' || step.status === 'rolling-back'
          ? 'error'
          : 'skipped'
  return {
    name: step.title,
    ms: step.durationMs ?? 0,
    ...(kind && { result: { kind, message } }),
    details: step.items.map(
      ({ text, confirmed }) => `${confirmed === undefined ? '[ ]' : '[x]'} ${text}`,
    ),
  }
}

function casesOf(step: ReportStep): readonly Case[] {
  return step.blocks.length === 0
    ? [stepCase(step)]
    : step.blocks.map((block, index) => blockCase(block, index + 1, step))
}

function count(cases: readonly Case[], kind: 'failure' | 'error' | 'skipped'): number {
  return cases.filter(({ result }) => result?.kind === kind).length
}

function total(cases: readonly Case[]): number {
  return cases.reduce((sum, { ms }) => sum + ms, 0)
}

function caseXml({ name, ms, result, details }: Case, suite: string): string {
  const inner = [
    ...(result === undefined
      ? []
      : [`      <${result.kind} message="${attribute(result.message)}"/>\n`]),
    ...(details.length === 0
      ? []
      : [`      <system-out>${content(details.join('\n'))}</system-out>\n`]),
  ].join('')
  return `    <testcase name="${attribute(name)}" classname="${attribute(suite)}" time="${seconds(ms)}">\n${inner}    </testcase>\n`
}

/** The document, a step at a time. */
export async function* junitReport(report: Report): AsyncGenerator<string> {
  const all = report.steps.flatMap(casesOf)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="${attribute(report.title)}" tests="${all.length}" failures="${count(all, 'failure')}" errors="${count(all, 'error')}" time="${seconds(total(all))}">\n`
  for (const step of report.steps) {
    const cases = casesOf(step)
    const suite = `${step.number}. ${step.title}`
    const timestamp = new Date(step.begunAt ?? report.times.started).toISOString().slice(0, 19)
    yield `  <testsuite name="${attribute(suite)}" tests="${cases.length}" failures="${count(cases, 'failure')}" errors="${count(cases, 'error')}" skipped="${count(cases, 'skipped')}" time="${seconds(total(cases))}" timestamp="${timestamp}">\n`
    for (const each of cases) yield caseXml(each, suite)
    yield '  </testsuite>\n'
  }
  yield '</testsuites>\n'
}
