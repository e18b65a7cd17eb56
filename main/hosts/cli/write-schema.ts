import { writeFileSync } from 'node:fs'
import { connectionsSchemaFile } from '../../core/connection/schema-file.ts'
import { auditPackSchemaFile, reportSchemaFile } from '../../core/report/schema-file.ts'
import { schemaFile } from '../../core/runbook/schema-file.ts'

/** `npm run schema`: writes the schemas of resources/. A test fails while a file and its schemas differ. */
const FILES = {
  'runbook.schema.json': schemaFile(),
  'connections.schema.json': connectionsSchemaFile(),
  'audit-pack.schema.json': auditPackSchemaFile(),
  'report.schema.json': reportSchemaFile(),
}

for (const [name, text] of Object.entries(FILES))
  writeFileSync(new URL(`../../../resources/${name}`, import.meta.url), text)
