import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Diagnostic, TargetDeclaration } from '../../../core/runbook/model.ts'
import { parseRunbook } from '../../../core/runbook/parse.ts'
import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { diagnosticText } from '../validate/diagnostic-text.ts'
import { reading, runbookFiles } from '../validate/runbook-files.ts'
import { DATA_OPTION, readWords } from '../words.ts'

interface Checked {
  readonly path: string
  readonly source: string
  readonly format: '1' | 'guide'
  readonly title: string
  readonly diagnostics: readonly Diagnostic[]
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

async function check(
  path: string,
  environment: string | undefined,
  data: string | undefined,
): Promise<Checked> {
  const bytes = await reading(path, () => (path === '-' ? standardInput() : readFile(path)))
  const source = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const { runbook, diagnostics } = parseRunbook(source, { name: basename(path) })
  return {
    path,
    source,
    format: runbook.format === 1 ? '1' : 'guide',
    title: runbook.title,
    diagnostics:
      environment === undefined
        ? diagnostics
        : [...diagnostics, ...(await unresolved(runbook.targets, environment, data))],
  }
}

/** Loaded only when it is asked for: without an environment nothing but the parser is needed. */
async function unresolved(
  targets: readonly TargetDeclaration[],
  environment: string,
  data: string | undefined,
): Promise<readonly Diagnostic[]> {
  const { targetProblems } = await import('../validate/targets.ts')
  return targetProblems(targets, environment, data)
}

/** A diagnostic with its place spelled out, for scripts and editors. Lines and columns count from 1. */
function plain({ severity, code, message, range, suggestion }: Diagnostic): object {
  return {
    severity,
    code,
    message,
    line: range.start.line,
    column: range.start.column,
    endLine: range.end.line,
    endColumn: range.end.column,
    ...(suggestion !== undefined && { suggestion }),
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `muster validate PATH… [--environment NAME] [--json]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    environment: { type: 'string' },
    json: { type: 'boolean' },
  })
  if (positionals.length === 0) throw usage('Which files or folders? Give them after validate.')
  const files = await runbookFiles(positionals)
  if (files.length === 0) throw usage(`There is no Markdown file in ${positionals.join(', ')}.`)
  const all: Checked[] = []
  let errors = 0
  let warnings = 0
  for (const file of files) {
    const checked = await check(file, values.environment, values.data)
    errors += checked.diagnostics.filter(({ severity }) => severity === 'error').length
    warnings += checked.diagnostics.filter(({ severity }) => severity === 'warning').length
    if (values.json === true) {
      all.push({ ...checked, source: '' })
      continue
    }
    const lines = checked.source.split(/\r\n|\n|\r/u)
    for (const diagnostic of checked.diagnostics)
      console.out(diagnosticText(diagnostic, file, lines, console.style))
  }
  if (values.json === true) {
    const document = {
      files: all.map(({ path, format, title, diagnostics }) => ({
        path,
        format,
        title,
        diagnostics: diagnostics.map(plain),
      })),
      errors,
      warnings,
    }
    console.out(JSON.stringify(document, null, 2))
  } else {
    console.say(
      `${counted(files.length, 'file')}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}.`,
    )
  }
  return errors > 0 ? EXIT.problems : EXIT.ok
}
