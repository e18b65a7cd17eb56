import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRunbook } from '../../main/core/runbook/parse.ts'
import { projectRoot } from '../harness/project.ts'

/** A real runbook repeated to about `bytes`, every id and captured name made unique. Throws unless it has no errors. */
export function longRunbook(bytes: number): string {
  const path = join(projectRoot, 'runbooks', 'starter', 'laptop-readiness.md')
  const source = readFileSync(path, 'utf8')
  const body = source.indexOf('\n## ') + 1
  const phases = source.slice(body)
  const parts = [source.slice(0, body)]
  let length = body
  for (let copy = 1; length < bytes; copy++) {
    const part = phases
      .replaceAll(/^id: (.+)$/gmu, `id: $1-${copy}`)
      .replaceAll(/capture=(\w+)/gu, `capture=$1_${copy}`)
      .replaceAll(/^(#{2,3} .+)$/gmu, `$1 ${copy}`)
    parts.push(part)
    length += part.length
  }
  const text = parts.join('')
  const error = parseRunbook(text).diagnostics.find(({ severity }) => severity === 'error')
  if (error !== undefined) throw new Error(`The long runbook is not valid: ${error.message}`)
  return text
}
