import { readCertificateExpectation } from '../certificate/expectation.ts'
import { defined } from '../defined.ts'
import { readTransfer } from '../files/transfer.ts'
import { compilePattern } from '../pattern/pattern.ts'
import { ATTRIBUTES, Attributes } from './attributes.ts'
import type { Diagnostics } from './diagnostics.ts'
import { readInfoString, type InfoString } from './info-string.ts'
import {
  EXPECT_MODES,
  VERBS,
  type ActionVerb,
  type Block,
  type ExecutorKind,
  type Expectation,
  type ExpectMode,
  type Range,
  type Snippet,
  type Verb,
} from './model.ts'
import type { Positions } from './positions.ts'
import { IDENTIFIER, NAME } from './schemas.ts'

/** One code fence of the source, and what it means. */

export interface Fence {
  readonly code: string
  readonly range: Range
}

/** A block before it knows its step. */
export type LooseBlock = Omit<Block, 'id' | 'expectations' | 'standin'>

export type FenceMeaning =
  | { readonly kind: 'snippet'; readonly snippet: Snippet }
  | { readonly kind: 'step' }
  | { readonly kind: 'action'; readonly block: LooseBlock }
  | { readonly kind: 'expect'; readonly expectation: Expectation }
  | { readonly kind: 'standin'; readonly text: string; readonly range: Range }
  /** It has problems that have been said; it neither runs nor counts. */
  | { readonly kind: 'nothing' }

const EXECUTORS: Readonly<Record<string, ExecutorKind>> = {
  bash: 'shell',
  sh: 'shell',
  sql: 'sql',
  redis: 'redis',
  http: 'http',
}
export const EXECUTABLE_LANGUAGES = Object.keys(EXECUTORS)

/** SQL that writes; a check only reads. The server enforces it too, this says it earlier. */
const WRITING_SQL =
  /^\s*(?:insert|update|delete|drop|alter|truncate|create|grant|revoke|vacuum|reindex|copy)\b/iu

export function executorOf(language: string): ExecutorKind | undefined {
  return Object.hasOwn(EXECUTORS, language) ? EXECUTORS[language] : undefined
}

/** What an upload or a download is written in. */
const filesOf = (language: string): ExecutorKind | undefined =>
  language === 'yaml' || language === 'yml' ? 'files' : undefined

function isVerb(word: string): word is Verb {
  return VERBS.some((verb) => verb === word)
}

function isActionVerb(verb: Verb): verb is ActionVerb {
  return verb !== 'expect' && verb !== 'standin'
}

function isMode(word: string): word is ExpectMode {
  return EXPECT_MODES.some((mode) => mode === word)
}

function action(
  fence: Fence,
  info: InfoString,
  verb: ActionVerb,
  diagnostics: Diagnostics,
): FenceMeaning {
  const transfer = verb === 'upload' || verb === 'download'
  const executor = transfer ? filesOf(info.language) : executorOf(info.language)
  if (executor === undefined) {
    diagnostics.addUnknown(
      'unknown-language',
      info.range,
      info.language,
      transfer ? `the language of ${verb}` : 'a language that Muster runs',
      transfer ? ['yaml'] : EXECUTABLE_LANGUAGES,
    )
    return { kind: 'nothing' }
  }
  const attributes = new Attributes(info.attributes, verb, diagnostics)
  if (fence.code.trim() === '' && verb !== 'terminal') {
    diagnostics.add('block-empty', fence.range, 'This block has no commands in it.')
  }
  if (transfer && fence.code.trim() !== '') {
    const read = readTransfer(verb, fence.code)
    if ('problem' in read) diagnostics.add('transfer-invalid', fence.range, read.problem)
  }
  if (verb === 'check' && executor === 'sql' && WRITING_SQL.test(fence.code)) {
    diagnostics.add(
      'check-writes',
      fence.range,
      'A check only reads. Use the verb run for statements that change something.',
    )
  }
  for (const name of ['session', 'pty', 'exit']) {
    const attribute = attributes.get(name)
    if (attribute && executor !== 'shell') {
      diagnostics.add('attribute-misplaced', attribute.range, `“${name}” belongs to shell blocks.`)
    }
  }
  const status = attributes.get('status')
  if (status && executor !== 'http') {
    diagnostics.add('attribute-misplaced', status.range, '“status” belongs to http blocks.')
  }
  if (verb === 'terminal' && executor !== 'shell') {
    diagnostics.add(
      'attribute-misplaced',
      fence.range,
      'A terminal is a shell: write bash terminal or sh terminal.',
    )
  }
  const everyMs = attributes.duration('every')
  const forMs = attributes.duration('for')
  const alone = attributes.get('for')
  if (alone && everyMs === undefined && attributes.get('every') === undefined) {
    diagnostics.add(
      'attribute-value',
      alone.range,
      '“for” says how long to poll; say how often with every=2s.',
    )
  }
  return {
    kind: 'action',
    block: defined({
      kind: 'block' as const,
      verb,
      language: info.language,
      executor,
      target: attributes.text('on', IDENTIFIER, 'Write the name of a target'),
      code: fence.code,
      capture: attributes.text('capture', NAME, 'Write a name of letters, digits and underscores'),
      session: attributes.text(
        'session',
        IDENTIFIER,
        'Write a name for the shell that blocks share',
      ),
      pty: attributes.flag('pty') || verb === 'terminal',
      timeoutMs: attributes.duration('timeout'),
      everyMs,
      forMs,
      exit: attributes.numbers('exit', 0, 255),
      status: attributes.numbers('status', 100, 599),
      maxMs: attributes.duration('max'),
      implicit: false,
      range: fence.range,
    }),
  }
}

function expect(fence: Fence, info: InfoString, diagnostics: Diagnostics): FenceMeaning {
  const attributes = new Attributes(info.attributes, 'expect', diagnostics)
  const match = attributes.get('match')
  let mode: ExpectMode = info.language === 'json' ? 'json' : 'exact'
  if (match) {
    if (match.value !== undefined && isMode(match.value)) mode = match.value
    else
      diagnostics.addUnknown(
        'attribute-value',
        match.range,
        match.value ?? '',
        'a way to match',
        EXPECT_MODES,
      )
  }
  if (mode === 'json' || mode === 'rows') {
    try {
      const value: unknown = JSON.parse(fence.code)
      if (mode === 'rows' && !Array.isArray(value)) {
        diagnostics.add(
          'expect-invalid',
          fence.range,
          'match=rows compares a list of rows: [{ "column": value }].',
        )
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      diagnostics.add('expect-invalid', fence.range, `This expectation is not JSON: ${why}.`)
    }
  }
  if (mode === 'certificate') {
    const read = readCertificateExpectation(fence.code)
    if ('why' in read)
      diagnostics.add('expect-invalid', fence.range, `This expectation ${read.why}.`)
  }
  if (mode === 'regex') {
    const pattern = compilePattern(fence.code)
    if (!pattern.ok) diagnostics.add('expect-invalid', fence.range, `This pattern ${pattern.why}.`)
  }
  return { kind: 'expect', expectation: { mode, text: fence.code, range: fence.range } }
}

/** What a fence of a runbook means. Everything that is not understood is an error, never prose by accident. */
export function readFence(
  fence: Fence,
  source: string,
  positions: Positions,
  diagnostics: Diagnostics,
): FenceMeaning {
  const info = readInfoString(source, fence.range.start.offset, positions, diagnostics)
  const snippet = (): FenceMeaning => ({
    kind: 'snippet',
    snippet: { kind: 'snippet', language: info.language, code: fence.code, range: fence.range },
  })
  if (info.verb === undefined) {
    const known = info.attributes.find(({ name }) =>
      Object.values(ATTRIBUTES).some((names) => names.includes(name)),
    )
    if (known) {
      diagnostics.add(
        'attribute-without-verb',
        known.range,
        `“${known.name}” does nothing here, because the fence has no verb and so never runs.`,
      )
    }
    return snippet()
  }
  const { word, range } = info.verb
  if (word === 'step') {
    if (info.language === 'yaml' || info.language === 'yml') return { kind: 'step' }
    diagnostics.add('unknown-verb', range, 'Only a yaml fence describes a step.', 'yaml step')
    return { kind: 'nothing' }
  }
  if (!isVerb(word)) {
    diagnostics.addUnknown(
      'unknown-verb',
      range,
      word,
      'a verb',
      info.language.startsWith('y') ? ['step', ...VERBS] : VERBS,
    )
    return { kind: 'nothing' }
  }
  if (isActionVerb(word)) return action(fence, info, word, diagnostics)
  if (word === 'expect') return expect(fence, info, diagnostics)
  for (const { name, range: place } of info.attributes) {
    diagnostics.addUnknown(
      'unknown-attribute',
      place,
      name,
      'an attribute of standin',
      ATTRIBUTES.standin,
    )
  }
  return { kind: 'standin', text: fence.code, range: fence.range }
}

/** Languages that a guide's fences may use for the shell. */
const GUIDE_LANGUAGES: Readonly<Record<string, string>> = {
  bash: 'bash',
  sh: 'sh',
  shell: 'bash',
  sql: 'sql',
  postgresql: 'sql',
  redis: 'redis',
  http: 'http',
}

/** What a fence of a guide means: something to copy, or to run after a target has been chosen. */
export function readGuideFence(
  fence: Fence,
  source: string,
  positions: Positions,
): Snippet | LooseBlock {
  const { language } = readInfoString(source, fence.range.start.offset, positions, undefined)
  const known = Object.hasOwn(GUIDE_LANGUAGES, language.toLowerCase())
    ? GUIDE_LANGUAGES[language.toLowerCase()]
    : undefined
  const executor = known === undefined ? undefined : executorOf(known)
  if (known === undefined || executor === undefined || fence.code.trim() === '') {
    return { kind: 'snippet', language, code: fence.code, range: fence.range }
  }
  return {
    kind: 'block',
    verb: 'run',
    language: known,
    executor,
    code: fence.code,
    pty: false,
    implicit: true,
    range: fence.range,
  }
}
