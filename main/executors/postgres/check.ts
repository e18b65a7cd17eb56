import {
  bindingProblem,
  copiesIn,
  lineColumn,
  readOnlyProblem,
  statementsOf,
} from '../../core/sql/statements.ts'
import type { ExecutionRequest } from '../../engine/ports.ts'

/** What can be known to be wrong with a block before a server sees it. */

/** Something is wrong before anything was sent. */
export class Refusal extends Error {}

/** Everything that can be known to be wrong without a server. */
export function checked(request: ExecutionRequest, readOnly: boolean): void {
  const { text, values } = request
  const at = (offset: number): string => {
    const { line, column } = lineColumn(text, offset)
    return `At ${line}:${column}: `
  }
  const statements = statementsOf(text)
  if ('problem' in statements)
    throw new Refusal(`${at(statements.at)}${statements.problem} Nothing was sent.`)
  if (statements.length === 0) throw new Refusal('There is no statement in this block.')
  for (const statement of statements) {
    const problem = bindingProblem(statement) ?? (readOnly ? readOnlyProblem(statement) : undefined)
    if (problem !== undefined)
      throw new Refusal(`${at(statement.from)}${problem} Nothing was sent.`)
    if (copiesIn(statement))
      throw new Refusal(
        `${at(statement.from)}COPY FROM STDIN needs rows that a block has no place for. Write INSERT, or copy on the server from a file. Nothing was sent.`,
      )
    const missing = statement.parameters.find((name) => !Object.hasOwn(values, name))
    if (missing !== undefined)
      throw new Refusal(
        `:${missing} has no value yet. Run the block that captures it first, or declare it as an input. Nothing was sent.`,
      )
  }
}
