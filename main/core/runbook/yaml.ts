import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml'
import type { z } from 'zod'
import type { Diagnostics } from './diagnostics.ts'
import type { Range } from './model.ts'
import type { Positions } from './positions.ts'
import { similar } from './similar.ts'

/** YAML inside a runbook, with the place of every key and value. */

/** Of a block in a runbook. Longer YAML is not frontmatter, whatever it is. */
const BLOCK_LIMITS = {
  characters: 64 * 1024,
  /** Lines and members of lists; the library compares every key with every other. */
  parts: 2_000,
}
/** Deeper than any key of the format; recursion must not go further. */
const DEEPEST_INDENT = 400

export interface YamlPart {
  readonly text: string
  /** Offset of `text` in the source. */
  readonly offset: number
  /** The whole block, for problems without a better place. */
  readonly range: Range
  /** For files that are more than a block. */
  readonly limits?: { readonly characters: number; readonly parts: number }
}

export interface YamlValue {
  readonly value: unknown
  /** The place of the value at a path, or of its nearest parent. */
  readonly rangeOf: (path: readonly PropertyKey[]) => Range
  /** The place of a key of the map at a path. */
  readonly rangeOfKey: (path: readonly PropertyKey[], key: string) => Range
}

function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? message
  return line.replace(/ at line \d+, column \d+:?$/u, '')
}

function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document.contents
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(key),
      )
      if (pair?.value === undefined || pair.value === null) break
      node = pair.value
    } else if (isSeq(node) && typeof key === 'number') {
      const item: unknown = node.items[key]
      if (item === undefined) break
      node = item
    } else {
      break
    }
  }
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node : undefined
}

/** Parses YAML. Undefined when it cannot be read; the diagnostics say why, all at once. */
export function readYaml(
  part: YamlPart,
  positions: Positions,
  diagnostics: Diagnostics,
): YamlValue | undefined {
  const limits = part.limits ?? BLOCK_LIMITS
  if (part.text.length > limits.characters) {
    diagnostics.add(
      'frontmatter-yaml',
      part.range,
      `This is ${part.text.length} characters long, and no more than ${limits.characters} are read.`,
    )
    return undefined
  }
  if ((part.text.match(/\r\n|[\r\n,]/gu)?.length ?? 0) > limits.parts) {
    diagnostics.add(
      'frontmatter-yaml',
      part.range,
      `This block has more than ${limits.parts} lines and commas; no more are read.`,
    )
    return undefined
  }
  if (
    new RegExp(`[\\[{]{${DEEPEST_INDENT}}|^ {${DEEPEST_INDENT}}`, 'mu').test(part.text) ||
    nesting(part.text) > 64
  ) {
    diagnostics.add(
      'nesting-too-deep',
      part.range,
      'This YAML is nested deeper than any key of the format.',
    )
    return undefined
  }
  // The library knows no lone CR; a line feed in its place keeps every offset.
  const document = parseDocument(part.text.replaceAll(/\r(?!\n)/gu, '\n'), {
    version: '1.2',
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    // It would warn on the console of keys that are no words; they are unknown keys here.
    logLevel: 'error',
  })
  const range = (start: number, end: number): Range =>
    positions.range(part.offset + start, part.offset + end)
  let failed = false
  for (const error of document.errors) {
    failed = true
    const [start, end] = error.pos
    diagnostics.add(
      'frontmatter-yaml',
      range(start, end),
      `This is not valid YAML: ${firstLine(error.message)}`,
    )
  }
  visit(document, {
    Alias(_key, node) {
      failed = true
      const [start, end] = node.range ?? [0, 0]
      diagnostics.add(
        'yaml-alias',
        range(start, end),
        'Aliases are not used here. Write the value out.',
      )
    },
  })
  if (failed) return undefined
  const whole = part.range
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    rangeOf(path) {
      const found = nodeAt(document, path)?.range
      return found ? range(found[0], found[1]) : whole
    },
    rangeOfKey(path, key) {
      const node = path.length === 0 ? document.contents : nodeAt(document, path)
      const pair = isMap(node)
        ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
        : undefined
      const found = isPair(pair) && isScalar(pair.key) ? pair.key.range : undefined
      return found ? range(found[0], found[1]) : whole
    },
  }
}

/** Deepest nesting of flow collections. */
function nesting(text: string): number {
  let depth = 0
  let deepest = 0
  for (const character of text) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}

/** A schema as diagnostics speak of it. */
export interface Described {
  /** What it is the schema of. */
  readonly name: string
  /** Where its value stands in the YAML. */
  readonly at?: readonly PropertyKey[]
  /** The keys that may stand at a path below it. */
  readonly knownKeys: (path: readonly PropertyKey[]) => readonly string[]
}

/** Turns the issues of a schema into diagnostics with places and suggestions. */
export function reportIssues(
  schema: Described,
  issues: readonly z.core.$ZodIssue[],
  yaml: YamlValue,
  diagnostics: Diagnostics,
): void {
  for (const issue of issues) {
    const path = [...(schema.at ?? []), ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const place = issue.path.length === 0 ? schema.name : issue.path.map(String).join('.')
        diagnostics.addUnknown(
          'unknown-key',
          yaml.rangeOfKey(path, key),
          key,
          `a key of ${place}`,
          schema.knownKeys(issue.path),
        )
      }
      continue
    }
    const name = issue.path.map(String).join('.')
    const last = issue.path.at(-1)
    const parent = path.slice(0, -1)
    const missing =
      issue.code !== 'custom' &&
      issue.input === undefined &&
      valueAt(yaml.value, path) === undefined
    if (missing && typeof last === 'string') {
      diagnostics.add('missing-key', yaml.rangeOf(parent), `“${name}” is missing.`)
      continue
    }
    const value = valueAt(yaml.value, path)
    const range = yaml.rangeOf(path)
    if (typeof value === 'number' && issue.message.includes('duration')) {
      diagnostics.add('duration-unit', range, `“${name}” needs a unit.`, `${value}m`)
      continue
    }
    const version = name === 'runbook' || name === 'connections'
    const code = version && schema.at === undefined ? 'format-version' : 'bad-value'
    const words = issue.code === 'invalid_value' ? issue.values.map(String) : []
    diagnostics.add(
      code,
      range,
      `“${name === '' ? schema.name : name}”: ${sentence(issue)}.`,
      typeof value === 'string' ? similar(value, words) : undefined,
    )
  }
}

function sentence(issue: z.core.$ZodIssue): string {
  return issue.message.replace(/\.$/u, '')
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current: unknown = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Reflect.get(current, key)
  }
  return current
}
