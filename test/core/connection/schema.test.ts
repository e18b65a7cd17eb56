import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { connectionsSchemaFile } from '../../../main/core/connection/schema-file.ts'
import { PROFILE_SCHEMAS } from '../../../main/core/connection/schemas.ts'

const FILE = new URL('../../../resources/connections.schema.json', import.meta.url)

const profile = z.object({
  type: z.literal('object'),
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
})
const shape = z.object({
  required: z.tuple([z.literal('connections')]),
  additionalProperties: z.literal(false),
  properties: z.object({
    environments: z.object({
      additionalProperties: z.object({
        properties: z.object({
          profiles: z.object({
            additionalProperties: z.object({ anyOf: z.array(profile) }),
          }),
        }),
      }),
    }),
  }),
})

test('connections.schema.json is what the schemas give; `npm run schema` writes it', () => {
  expect(readFileSync(FILE, 'utf8')).toBe(connectionsSchemaFile())
})

test('it has every key of every kind, and needs the one that names the kind', () => {
  const { properties } = shape.parse(JSON.parse(readFileSync(FILE, 'utf8')))
  const { anyOf } =
    properties.environments.additionalProperties.properties.profiles.additionalProperties
  expect(anyOf.map(({ required }) => required)).toEqual(
    Object.keys(PROFILE_SCHEMAS).map((kind) => [kind]),
  )
  expect(anyOf.map(({ properties: keys }) => Object.keys(keys))).toEqual(
    Object.values(PROFILE_SCHEMAS).map((schema) => Object.keys(schema.shape)),
  )
})
