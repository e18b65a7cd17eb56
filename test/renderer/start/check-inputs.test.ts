import { describe, expect, test } from 'vitest'
import type { InputDeclaration } from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { declaredAt, problemOf } from '../../../renderer/features/start/check-inputs.ts'
import { changeDraft, draftStore, forgetDraft } from '../../../renderer/features/start/draft.ts'

const at = { line: 1, column: 1, offset: 0 }
const input = (change: Partial<InputDeclaration>): InputDeclaration => ({
  name: 'TICKET',
  label: 'Ticket',
  required: false,
  secret: false,
  range: { start: at, end: at },
  ...change,
})

describe('inputs', () => {
  test.each([
    [{ required: true }, '', 'Ticket is needed.'],
    [{}, '', undefined],
    [{ pattern: 'CHG-\\d+' }, 'CHG-7', undefined],
    [{ pattern: 'CHG-\\d+' }, 'xCHG-7', 'Must look like CHG-\\d+'],
    [{ pattern: 'a|b' }, 'ax', 'Must look like a|b'],
    [{ pattern: '(a+)+b' }, 'a'.repeat(50), 'Must look like (a+)+b'],
    [{ options: ['eu', 'us'] }, 'eu', undefined],
    [{ options: ['eu', 'us'] }, 'as', 'One of eu, us.'],
  ] as const)('%j with %j: %s', (change, value, problem) => {
    expect(problemOf(input(change), value)).toBe(problem)
  })

  test('a pattern that the parser lets through can always be checked', () => {
    const source = `---\nrunbook: 1\ntitle: T\nkind: checklist\ninputs: { A: { label: A, pattern: "(" } }\n---\n# T\n## P\n### S\n- [ ] x\n`
    const { runbook, diagnostics } = parseRunbook(source)
    const usable = diagnostics.every(({ severity }) => severity !== 'error')
    const declared = runbook.inputs[0]
    expect(usable && declared?.pattern === '(').toBe(false)
  })
})

describe('when the outage was declared', () => {
  const now = 10_000_000
  test.each([
    ['no', '', '', { at: undefined, problem: undefined }],
    ['now', '', '', { at: now, problem: undefined }],
    ['ago', '5', '', { at: now - 300_000, problem: undefined }],
    ['ago', '0.5', '', { at: now - 30_000, problem: undefined }],
    ['ago', '', '', { at: undefined, problem: 'Write a number of minutes.' }],
    ['ago', '-1', '', { at: undefined, problem: 'Write a number of minutes.' }],
    ['ago', 'soon', '', { at: undefined, problem: 'Write a number of minutes.' }],
    ['at', '', '1970-01-01T00:00:00Z', { at: 0, problem: undefined }],
    ['at', '', '', { at: undefined, problem: 'Choose date and time.' }],
    ['at', '', '2999-01-01T00:00:00Z', { at: undefined, problem: 'This is in the future.' }],
  ] as const)('%s %s %s', (choice, minutes, time, expected) => {
    expect(declaredAt(choice, minutes, time, now)).toEqual(expected)
  })
})

test('a draft survives until it is used, each runbook with its own', () => {
  changeDraft('/a.md', { values: { TICKET: 'CHG-1' } })
  changeDraft('/b.md', { commander: 'Bo' })
  changeDraft('/a.md', { mode: 'walkthrough' })
  expect(draftStore.getState()['/a.md']).toMatchObject({
    mode: 'walkthrough',
    values: { TICKET: 'CHG-1' },
  })
  forgetDraft('/a.md')
  expect(Object.keys(draftStore.getState())).toEqual(['/b.md'])
})
