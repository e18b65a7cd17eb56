import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DIAGNOSTIC_CODES } from '../../../main/core/runbook/diagnostics.ts'
import { LIMITS } from '../../../main/core/runbook/guard.ts'
import { parseMarkdown } from '../../../main/core/runbook/markdown.ts'
import { HEAD, said, saidOfSteps } from './support/reading.ts'

const FORMAT = readFileSync(new URL('../../../runbooks/FORMAT.md', import.meta.url), 'utf8')
const tree = parseMarkdown(FORMAT)

function textOf(node: object): string {
  if ('value' in node && typeof node.value === 'string') return node.value
  if (!('children' in node) || !Array.isArray(node.children)) return ''
  return node.children.map((child: object) => textOf(child)).join('')
}

describe('FORMAT.md', () => {
  test('every clause is quoted by a test, and no test quotes another', () => {
    const defined = [...FORMAT.matchAll(/^- \*\*(F-\d+\.\d+)\*\*/gmu)].map(([, id]) => id ?? '')
    expect(new Set(defined).size).toBe(defined.length)
    const folder = new URL('.', import.meta.url)
    const quoted = new Set<string>()
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.test.ts'))) {
      const source = readFileSync(new URL(name, folder), 'utf8')
      for (const [, names] of source.matchAll(
        /^\s*test(?:\.each\([^)]*\))?\(\s*['"`](F-[^'"`]*)/gmu,
      )) {
        for (const [id] of (names ?? '').matchAll(/F-\d+\.\d+/gu)) quoted.add(id)
      }
    }
    expect([...quoted].toSorted()).toEqual(defined.toSorted())
  })

  test('F-11.1 the table is the registry of codes, with their severities, in its order', () => {
    const table = tree.children.find((node) => node.type === 'table')
    const rows = (table?.children ?? []).slice(1).map((row) => row.children.slice(0, 2).map(textOf))
    expect(rows).toEqual(
      Object.entries(DIAGNOSTIC_CODES).map(([code, severity]) => [code, severity]),
    )
  })

  test('every code is provoked by a test of the clauses or of the neighbours', () => {
    const folder = new URL('.', import.meta.url)
    const tests = [
      ...readdirSync(folder).filter((file) => /^(?:clauses|neighbours).*\.test\.ts$/u.test(file)),
      '../connection/read.test.ts',
    ]
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .join('')
    const silent = Object.keys(DIAGNOSTIC_CODES).filter(
      (code) => !tests.includes(`'${code}'`) && !tests.includes(`'${code} `),
    )
    expect(silent).toEqual([])
  })

  test('the limits are the ones that are kept', () => {
    const clause = /F-1\.7.*/u.exec(FORMAT)?.[0] ?? ''
    for (const limit of [
      `${LIMITS.characters / 1024 / 1024} MiB`,
      `${LIMITS.lines.toLocaleString('en')} lines`,
      `${LIMITS.lineLength.toLocaleString('en')} characters`,
      `${LIMITS.nesting} levels`,
      `${LIMITS.structure.toLocaleString('en')} marks`,
      `${LIMITS.involvedLines.toLocaleString('en')} lines or ${LIMITS.involvedCharacters.toLocaleString('en')} characters`,
      `${LIMITS.paragraphLines.toLocaleString('en')} lines, ${LIMITS.paragraphCharacters.toLocaleString('en')} characters or`,
      `${LIMITS.marks.toLocaleString('en')} in all`,
      `${LIMITS.paragraphMarks.toLocaleString('en')} inline marks`,
    ]) {
      expect(clause).toContain(limit)
    }
  })

  test('the head of the examples is the one they are tested under', () => {
    const head = tree.children.find((node) => node.type === 'code' && node.meta === 'head')
    expect(HEAD).toContain(`---\n${head === undefined ? '' : textOf(head)}\n---\n`)
  })

  const examples = tree.children.flatMap((node, index) => {
    if (node.type !== 'code' || node.meta !== 'example') return []
    const next = tree.children[index + 1]
    return [{ source: `${node.value}\n`, says: next ? textOf(next) : '' }]
  })

  test('there are examples, and what they give is written below each', () => {
    expect(examples.length).toBeGreaterThan(7)
    for (const { says } of examples) expect(says).toMatch(/^Diagnostics: /u)
  })

  test.each(examples)('the example that says: $says', ({ source, says }) => {
    const wanted = says.replace(/^Diagnostics: |\.$/gu, '')
    const given = source.startsWith('###') ? saidOfSteps(source) : said(source)
    expect(given.join(', ') || 'none').toBe(wanted)
  })
})
