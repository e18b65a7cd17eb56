import { z } from 'zod'
import { reportSchema } from './report.ts'

/**
 * The text of resources/report.schema.json: JSON Schema of a report, as `muster export --format json` writes it under
 * `report`. Made from the schema that reports are checked with.
 */
export function reportSchemaFile(): string {
  const schema = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', reused: 'inline' })
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
