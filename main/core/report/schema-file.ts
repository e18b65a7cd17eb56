import { z } from 'zod'
import { auditPackSchema } from './pack/pack.ts'
import { reportSchema } from './report.ts'

/**
 * The text of resources/report.schema.json: JSON Schema of a report, as `muster export --format json` writes it under
 * `report`. Made from the schema that reports are checked with.
 */
export function reportSchemaFile(): string {
  const schema = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', reused: 'inline' })
  return `${JSON.stringify(schema, undefined, 2)}\n`
}

/** The text of resources/audit-pack.schema.json: JSON Schema of an audit pack, as `muster audit --format json` writes it. */
export function auditPackSchemaFile(): string {
  const schema = z.toJSONSchema(auditPackSchema, { target: 'draft-2020-12', reused: 'inline' })
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
