import { matchesPattern } from '../../../core/pattern/pattern.ts'
import type { InputDeclaration } from '../../../core/runbook/model.ts'
import { printable } from '../printable.ts'
import type { Prompter } from './prompter.ts'

/** Asks for the inputs that were not given. The engine checks all of them; here only what can be asked again at once. */
export async function askInputs(
  prompter: Prompter,
  declarations: readonly InputDeclaration[],
  given: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = { ...given }
  for (const declaration of declarations) {
    if (values[declaration.name] !== undefined) continue
    values[declaration.name] = await ask(prompter, declaration)
  }
  return values
}

async function ask(prompter: Prompter, declaration: InputDeclaration): Promise<string> {
  const { name, label, required, options, pattern, secret } = declaration
  const preset = declaration.default
  const facts = [
    ...(secret ? ['secret, not shown'] : []),
    ...(options === undefined ? [] : [options.join(' | ')]),
    ...(preset === undefined || preset === '' ? [] : [`Enter: ${preset}`]),
    ...(required ? [] : ['may stay empty']),
  ]
  const question = `${label} (${name}${facts.length > 0 ? `; ${facts.join('; ')}` : ''}): `
  for (;;) {
    const answer = await prompter.ask(printable(question), secret)
    const value = answer === '' ? (preset ?? '') : answer
    const problem = problemOf(value, { required, options, pattern })
    if (problem === undefined) return value
    prompter.tell(`  ${printable(problem)}`)
  }
}

function problemOf(
  value: string,
  {
    required,
    options,
    pattern,
  }: {
    readonly required: boolean
    readonly options: readonly string[] | undefined
    readonly pattern: string | undefined
  },
): string | undefined {
  if (value === '') return required ? 'This is required.' : undefined
  if (options !== undefined && !options.includes(value)) return `One of ${options.join(', ')}.`
  if (pattern !== undefined && !matchesPattern(pattern, value)) return `It must match ${pattern}.`
  return undefined
}
