import type { Diagnostics } from './diagnostics.ts'
import { knownKeys, stepSchema, type StepData } from './schemas.ts'
import { reportIssues, type YamlValue } from './yaml.ts'

/** The visible `yaml step` block of a step. What cannot be read is left out and said. */
export function readStepBlock(yaml: YamlValue, diagnostics: Diagnostics): StepData {
  // An empty block says nothing, which is allowed.
  const value = yaml.value ?? {}
  const parsed = stepSchema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  reportIssues(
    { name: 'step', knownKeys: (path) => knownKeys('step', path) },
    parsed.error.issues,
    yaml,
    diagnostics,
  )
  if (typeof value !== 'object') return {}
  const copy: Record<string, unknown> = { ...value }
  for (const issue of parsed.error.issues) {
    const [top] = issue.path
    if (typeof top === 'string') Reflect.deleteProperty(copy, top)
    else if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) Reflect.deleteProperty(copy, key)
  }
  return stepSchema.safeParse(copy).data ?? {}
}
