import { z } from 'zod'
import { frontmatterSchema, stepSchema } from './schemas.ts'

/**
 * The text of resources/runbook.schema.json: JSON Schema of the frontmatter, and of the `yaml step` block as
 * `#/$defs/step`, for the completion and checks of editors. Made from the schemas that files are read with.
 */
export function schemaFile(): string {
  const { $schema, ...frontmatter } = jsonSchema(frontmatterSchema)
  const { $schema: _same, ...step } = jsonSchema(stepSchema)
  return `${JSON.stringify({ $schema, ...frontmatter, $defs: { step } }, undefined, 2)}\n`
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  // What people write, not what it becomes: durations are text here.
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'inline' })
}
