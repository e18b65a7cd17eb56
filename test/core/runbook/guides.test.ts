import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { itemsOf, type Runbook } from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { countGuide, type Count } from './support/counting.ts'

/** Five real guides stand beside a clone in CI; they are not part of the project. */
const SEEDS =
  process.env['MUSTER_SEEDS'] ?? fileURLToPath(new URL('../../../../shared/seeds', import.meta.url))
const seeds = existsSync(SEEDS) ? readdirSync(SEEDS).map((name) => join(SEEDS, name)) : []
const own = fileURLToPath(new URL('../../fixtures/runbooks/guide.md', import.meta.url))

/** What of a guide is in its model. The title is the one heading that is no step. */
function modelled(runbook: Runbook, titled: boolean): Count {
  const parts = [...runbook.introduction, ...runbook.steps.flatMap(({ content }) => content)]
  return {
    headings: runbook.steps.length + (titled ? 1 : 0),
    fences: parts.filter(({ kind }) => kind === 'snippet' || kind === 'block').length,
    items: runbook.steps.flatMap(itemsOf).length,
  }
}

describe('guides', () => {
  test.each([own, ...seeds].map((path) => ({ path, name: basename(path) })))(
    'every heading, fence and item of $name is in the model',
    ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const { runbook, diagnostics } = parseRunbook(source, { name: 'guide' })
      expect(runbook.format).toBe('guide')
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      const counted = countGuide(source)
      expect(counted.headings).toBeGreaterThan(3)
      expect(modelled(runbook, runbook.title !== 'guide')).toEqual(counted)
      // Ids are what a run refers to.
      const ids = runbook.steps.flatMap((step) => [
        step.id,
        ...step.content.flatMap((part) =>
          part.kind === 'block'
            ? [part.id]
            : part.kind === 'items'
              ? part.items.map(({ id }) => id)
              : [],
        ),
      ])
      expect(new Set(ids).size).toBe(ids.length)
    },
  )

  test('what each thing of a guide became', () => {
    const { runbook } = parseRunbook(readFileSync(own, 'utf8'))
    expect(runbook.title).toBe('Restore checklist for the wiki')
    expect(
      runbook.steps.map(({ id, content }) => [
        id,
        content.map((part) =>
          part.kind === 'block'
            ? part.executor
            : part.kind === 'items'
              ? part.items.length
              : part.kind,
        ),
      ]),
    ).toEqual([
      ['before-you-start', ['prose', 'shell', 2]],
      ['stop-the-wiki', ['shell', 'snippet']],
      ['if-it-does-not-stop', ['prose']],
      ['restauração-dos-dados', [2, 'sql', 'snippet', 'prose']],
      ['old-way', ['snippet', 'prose']],
      ['afterwards', [2, 'prose']],
    ])
  })
})
