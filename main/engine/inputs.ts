import { matchesPattern } from '../core/pattern/pattern.ts'
import type { InputDeclaration } from '../core/runbook/model.ts'
import { ContractError } from '../contract/frames.ts'

export interface CheckedInputs {
  readonly plain: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * Checks given inputs against their declarations and fills in defaults. Throws one error that names every problem,
 * so that nobody fixes them one start at a time.
 */
export function checkInputs(
  declarations: readonly InputDeclaration[],
  given: Readonly<Record<string, string>>,
): CheckedInputs {
  const problems: string[] = []
  const plain: Record<string, string> = {}
  const secrets: Record<string, string> = {}
  const known = new Set(declarations.map(({ name }) => name))
  for (const name of Object.keys(given)) {
    if (!known.has(name)) problems.push(`${name} is not an input of this runbook`)
  }
  for (const declaration of declarations) {
    const value = given[declaration.name] ?? declaration.default ?? ''
    const label = `${declaration.label} (${declaration.name})`
    if (value === '') {
      if (declaration.required) problems.push(`${label} is required`)
      // Declared and not given is the empty value, never an undefined name.
      else if (!declaration.secret) plain[declaration.name] = ''
      continue
    }
    if (value.includes('\0')) problems.push(`${label} contains a NUL character`)
    if (declaration.options !== undefined && !declaration.options.includes(value)) {
      problems.push(`${label} must be one of ${declaration.options.join(', ')}`)
    }
    if (declaration.pattern !== undefined && !matchesPattern(declaration.pattern, value)) {
      problems.push(`${label} must match ${declaration.pattern}`)
    }
    if (declaration.secret) secrets[declaration.name] = value
    else plain[declaration.name] = value
  }
  if (problems.length > 0)
    throw new ContractError('inputs', `The inputs are not right: ${problems.join('; ')}.`)
  return { plain, secrets }
}
