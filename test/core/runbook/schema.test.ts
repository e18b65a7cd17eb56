import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { schemaFile } from '../../../main/core/runbook/schema-file.ts'

const FILE = new URL('../../../resources/runbook.schema.json', import.meta.url)
const FORMAT = new URL('../../../runbooks/FORMAT.md', import.meta.url)

const shape = z.object({
  additionalProperties: z.literal(false),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()),
})

describe('runbook.schema.json', () => {
  test('is what the schemas give; `npm run schema` writes it', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(schemaFile())
  })

  test('knows every key of the complete example, requires what is required, and nothing else', () => {
    const file = JSON.parse(readFileSync(FILE, 'utf8')) as unknown
    const frontmatter = shape.parse(file)
    const { $defs } = z.object({ $defs: z.object({ step: shape }) }).parse(file)
    expect(frontmatter.required).toEqual(['runbook', 'kind'])
    expect($defs.step.required ?? []).toEqual([])
    const example = /`````markdown example\n---\n(?<head>[\s\S]*?)\n---\n/u.exec(
      readFileSync(FORMAT, 'utf8'),
    )
    const head = z.record(z.string(), z.unknown()).parse(parse(example?.groups?.['head'] ?? ''))
    for (const key of Object.keys(head)) expect(Object.keys(frontmatter.properties)).toContain(key)
  })

  test('durations are text for editors', () => {
    const { properties } = z
      .object({
        properties: z.object({
          updates: z.object({ properties: z.object({ every: z.unknown() }) }),
        }),
      })
      .parse(JSON.parse(schemaFile()))
    expect(properties.updates.properties.every).toMatchObject({ type: 'string' })
  })
})
