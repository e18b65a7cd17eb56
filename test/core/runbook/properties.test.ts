import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOf, planSchema } from '../../../main/core/run/plan.ts'
import { DIAGNOSTIC_CODES } from '../../../main/core/runbook/diagnostics.ts'
import { formatDuration, parseDuration } from '../../../main/core/runbook/duration.ts'
import { blocksOf, itemsOf, type Range } from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { HEAD } from './support/reading.ts'

const ROOT = new URL('../../../', import.meta.url)

/** Whatever a file holds, this is true of what parsing gives. */
function holds(source: string): void {
  const { runbook, diagnostics } = parseRunbook(source)
  const lines = source.split(/\r\n|\n|\r/u)
  const inside = ({ start, end }: Range): void => {
    for (const { line, column, offset } of [start, end]) {
      expect(offset).toBeGreaterThanOrEqual(0)
      expect(offset).toBeLessThanOrEqual(source.length)
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lines.length)
      expect(column).toBeGreaterThanOrEqual(1)
      // An end may stand between CR and LF.
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 3)
    }
    expect(end.offset).toBeGreaterThanOrEqual(start.offset)
  }
  let before = 0
  for (const { code, severity, message, range } of diagnostics) {
    expect(Object.entries(DIAGNOSTIC_CODES)).toContainEqual([code, severity])
    expect(message).toMatch(/\S{2}/u)
    inside(range)
    expect(range.start.offset).toBeGreaterThanOrEqual(before)
    before = range.start.offset
  }
  const ids = new Set<string>()
  for (const step of runbook.steps) {
    inside(step.range)
    expect(runbook.phases[step.phase]).toBeDefined()
    const own = [
      step.id,
      ...blocksOf(step).map(({ id }) => id),
      ...itemsOf(step).map(({ id }) => id),
    ]
    for (const id of own) {
      expect(ids.has(id), id).toBe(false)
      ids.add(id)
    }
    for (const part of step.content) {
      if (part.kind !== 'items') inside(part.range)
      // What runs is in the source, character for character, save for indentation and line ends.
      if (part.kind === 'block') {
        const text = source.slice(part.range.start.offset, part.range.end.offset)
        for (const line of part.code.split('\n'))
          expect(text.replaceAll('\0', '\uFFFD')).toContain(line.trim().replaceAll('\0', '\uFFFD'))
      }
    }
  }
  // It survives JSON, and a run can be planned from it.
  expect(structuredClone(JSON.parse(JSON.stringify(runbook)))).toEqual(runbook)
  expect(planSchema.safeParse(planOf(runbook)).error).toBeUndefined()
}

const word = fc.constantFrom(
  '#',
  '##',
  '###',
  '####',
  '- [ ] ',
  '- [x] ',
  '* ',
  '1. ',
  '> ',
  '```',
  '````',
  '~~~',
  'bash',
  'sql',
  'yaml',
  'step',
  'run',
  'check',
  'expect',
  'rollback',
  'standin',
  'terminal',
  'on=',
  'laptop',
  'timeout=',
  '5s',
  '"',
  "'",
  '=',
  '---',
  '+++',
  'runbook: 1',
  'kind: incident',
  'targets:',
  'a: local',
  '{',
  '}',
  '[',
  ']',
  ': ',
  '&a',
  '*a',
  '<!--',
  '-->',
  '<div>',
  '|',
  '|-|',
  '\\',
  '`',
  '**',
  '_',
  '  ',
  '    ',
  '\t',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  '\uFEFF',
  '\0',
  'é',
  '数',
  '😀',
  '\uD800',
  '[a]: b',
  '[^a]: b',
  '{{X}}',
  ':X',
  'id: a',
  'risk: destructive',
  'when: a',
  'x',
)
const soup = fc.array(word, { maxLength: 60 }).map((words) => words.join(''))

describe('whatever a file holds', () => {
  test('soup of everything the format is made of', () => {
    fc.assert(fc.property(soup, holds), { numRuns: 600, seed: 1 })
  })

  test('the same below a good head', () => {
    fc.assert(
      fc.property(soup, (text) => holds(`${HEAD}### S\n${text}`)),
      { numRuns: 600, seed: 2 },
    )
  })

  test('the same inside of the frontmatter and of a step block', () => {
    fc.assert(
      fc.property(soup, soup, (head, step) =>
        holds(`---\nrunbook: 1\n${head}\n---\n## P\n### S\n\`\`\`yaml step\n${step}\n\`\`\`\n`),
      ),
      { numRuns: 400, seed: 3 },
    )
  })

  test('any text at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), holds), {
      numRuns: 300,
      seed: 4,
    })
  })

  test('steps that are put together are the steps of the parts', () => {
    const title = fc.stringMatching(/^[a-z]{1,8}$/u)
    const step = fc
      .record({ title, items: fc.integer({ min: 1, max: 3 }), code: title })
      .map(
        ({ title: heading, items, code }) =>
          `### ${heading}\n${'- [ ] x\n'.repeat(items)}\n\`\`\`bash run on=laptop\n${code}\n\`\`\`\n`,
      )
    const shape = (source: string): unknown[] =>
      parseRunbook(HEAD + source).runbook.steps.map((one) => [
        one.title,
        itemsOf(one).length,
        blocksOf(one).map(({ code }) => code),
      ])
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 3 }),
        fc.array(step, { maxLength: 3 }),
        (left, right) => {
          expect(shape([...left, ...right].join(''))).toEqual([
            ...shape(left.join('')),
            ...shape(right.join('')),
          ])
        },
      ),
      { numRuns: 100, seed: 5 },
    )
  })

  test('durations are read as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_640_000_000 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds)
      }),
    )
  })
})

/** A small generator of its own, so that the same mutations are made on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const runbooks = ['starter', 'converge-nps', 'pitchey', 'opictuary'].flatMap((folder) =>
  readdirSync(new URL(`runbooks/${folder}/`, ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `runbooks/${folder}/${name}`),
)
const files = [...runbooks, 'test/fixtures/runbooks/guide.md', 'test/fixtures/runbooks/crash.md']

describe('files as they are written, with mistakes', () => {
  test.each(files)('%s, mutated', (path) => {
    const original = readFileSync(new URL(path, ROOT), 'utf8')
    holds(original)
    const next = generator(7)
    const pieces = [
      '`',
      '```',
      '\n',
      '---\n',
      '- [ ] ',
      '"',
      ': ',
      '#',
      '> ',
      '  ',
      '\0',
      '\r',
      '{',
      '[',
      '*',
      '\t',
      'é',
    ]
    for (let trial = 0; trial < 60; trial++) {
      let source = original
      for (let change = next(4); change >= 0; change--) {
        const at = next(source.length + 1)
        const length = next(3) === 0 ? next(400) : next(4)
        const piece =
          next(3) === 0
            ? original.slice(next(original.length)).slice(0, next(200))
            : (pieces[next(pieces.length)] ?? '')
        source = source.slice(0, at) + (next(2) === 0 ? piece : '') + source.slice(at + length)
      }
      holds(source)
    }
  })
})
