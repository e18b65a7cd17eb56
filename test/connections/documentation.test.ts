import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConnections } from '../../main/core/connection/read.ts'
import { PROFILE_SCHEMAS } from '../../main/core/connection/schemas.ts'
import { parseMarkdown } from '../../main/core/runbook/markdown.ts'
import { projectRoot } from '../harness/project.ts'

const text = readFileSync(join(projectRoot, 'docs', 'connections.md'), 'utf8')

test('every example is a file without a mistake', () => {
  const examples = parseMarkdown(text).children.filter(
    (node) => node.type === 'code' && node.meta === 'connections',
  )
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) {
    if (example.type !== 'code') continue
    const { environments, diagnostics } = parseConnections(example.value)
    expect(diagnostics).toEqual([])
    expect(environments.length).toBeGreaterThan(0)
  }
})

test.each(Object.entries(PROFILE_SCHEMAS))(
  'every key of a profile of kind %s is named',
  (kind, schema) => {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${kind}\``)) ?? ''
    const common = new Set(['description', 'connect-timeout'])
    for (const key of Object.keys(schema.shape)) {
      if (key === kind || common.has(key) || (kind === 'local' && key === 'folder')) continue
      expect(row).toMatch(new RegExp(`\`${key}[\`:]`, 'u'))
    }
  },
)
