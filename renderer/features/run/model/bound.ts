import { own } from '../../../../main/core/own.ts'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import type { RunState } from '../../../../main/core/run/state.ts'
import { namesIn } from '../../../../main/core/runbook/names-in.ts'

/** What a name in a block's text stands for when it runs. The value of a secret is not known to the window. */
export interface BoundValue {
  readonly name: string
  /** As it stands in the text: `:CUTOFF`, `{{ORDER}}`, `$HOST`. */
  readonly mark: string
  readonly value:
    { readonly kind: 'text'; readonly text: string } | { readonly kind: 'secret' | 'missing' }
}

const SHELL_NAME = /\$\{?(?<name>[A-Za-z_]\w*)/gu

/** The values of `text`, each once, in the order of the text. Of a shell only those that the run knows. */
export function boundValues(
  state: RunState,
  block: PlanBlock,
  text: string,
): readonly BoundValue[] {
  const shell = block.executor === 'shell'
  const names = shell
    ? [...text.matchAll(SHELL_NAME)].flatMap(({ groups }) => groups?.['name'] ?? [])
    : namesIn({ executor: block.executor, code: text })
  return [...new Set(names)].flatMap((name): readonly BoundValue[] => {
    const mark = block.executor === 'sql' ? `:${name}` : shell ? `$${name}` : `{{${name}}}`
    if (state.secretInputs.includes(name)) return [{ name, mark, value: { kind: 'secret' } }]
    const known = own(state.inputs, name) ?? own(state.captures, name)
    if (known !== undefined) return [{ name, mark, value: { kind: 'text', text: known } }]
    return shell ? [] : [{ name, mark, value: { kind: 'missing' } }]
  })
}
