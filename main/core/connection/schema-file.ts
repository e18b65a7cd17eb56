import { z } from 'zod'
import { editorSchema } from './schemas.ts'

/**
 * The text of resources/connections.schema.json: JSON Schema of `connections.yaml`, for the completion and checks of
 * editors. Made from the schemas that the file is read with.
 */
export function connectionsSchemaFile(): string {
  // What people write, not what it becomes: durations are text here.
  const schema = z.toJSONSchema(editorSchema, {
    io: 'input',
    target: 'draft-2020-12',
    reused: 'inline',
  })
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
