import { writeFileSync } from 'node:fs'
import { schemaFile } from '../../core/runbook/schema-file.ts'

/** `npm run schema`: writes resources/runbook.schema.json. A test fails while the file and the schemas differ. */
writeFileSync(new URL('../../../resources/runbook.schema.json', import.meta.url), schemaFile())
