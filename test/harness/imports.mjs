import { parseFileSync } from '@swc/core'
import { cruise } from 'dependency-cruiser'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/**
 * Checks the direction of imports. Two traps of dependency-cruiser are dealt with: with a TypeScript that it does not
 * know it cruises nothing and is content, so the number of modules is checked; and its swc parser does not read TSX, so
 * those files are cruised as the list of their imports.
 */

const LEAST_MODULES = 100
const PARTS = ['main', 'preload', 'renderer']
const project = fileURLToPath(new URL('../..', import.meta.url))

/** Every module that a syntax tree names: imports, exports from elsewhere, and `import()` anywhere within. */
function sources(node) {
  if (Array.isArray(node)) return node.flatMap(sources)
  if (typeof node !== 'object' || node === null) return []
  const named = node.source?.type === 'StringLiteral' ? [[node.source.value, node.typeOnly]] : []
  const loaded =
    node.type === 'CallExpression' && node.callee.type === 'Import'
      ? [[node.arguments[0]?.expression.value, false]]
      : []
  return [...named, ...loaded, ...Object.values(node).flatMap(sources)]
}

/** The modules that a file names, each with whether only types are taken from it. */
export function importedBy(path) {
  const { body } = parseFileSync(path, { syntax: 'typescript', tsx: true, target: 'es2022' })
  // What `import()` is given may also be computed.
  return sources(body).filter(([source]) => typeof source === 'string')
}

/** The imports of a TSX file, as TypeScript. */
function importsOf(path) {
  return importedBy(path)
    .map(
      ([source, typeOnly]) =>
        `import ${typeOnly ? 'type {} from ' : ''}${JSON.stringify(source)}\n`,
    )
    .join('')
}

function mirror(root) {
  const copy = mkdtempSync(join(tmpdir(), 'muster-imports-'))
  for (const part of PARTS) {
    mkdirSync(join(copy, part))
    for (const entry of readdirSync(join(root, part), { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue
      const from = join(entry.parentPath, entry.name)
      const to = join(copy, from.slice(root.length))
      mkdirSync(dirname(to), { recursive: true })
      if (entry.name.endsWith('.tsx')) writeFileSync(to, importsOf(from))
      else cpSync(from, to)
    }
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction')
  return copy
}

/** Cruises a folder that is laid out like the project. Returns the violations and how many modules were seen. */
export async function cruiseImports(root) {
  const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs')
  const before = process.cwd()
  const copy = mirror(root)
  process.chdir(copy)
  try {
    const { output } = await cruise(PARTS, {
      ...config.options,
      baseDir: copy,
      validate: true,
      ruleSet: { forbidden: config.forbidden },
    })
    return {
      modules: output.modules.filter(({ source }) => /^(?:main|preload|renderer)\//u.test(source))
        .length,
      violations: output.summary.violations.filter(({ rule }) => rule.severity === 'error'),
    }
  } finally {
    process.chdir(before)
    rmSync(copy, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { modules, violations } = await cruiseImports(project)
  for (const { rule, from, to } of violations)
    process.stdout.write(`${rule.name}: ${from} imports ${to}\n`)
  if (modules < LEAST_MODULES) {
    process.stdout.write(`Only ${modules} modules were cruised: the check itself does not work.\n`)
    process.exit(1)
  }
  process.stdout.write(`${modules} modules, ${violations.length} violations\n`)
  process.exit(violations.length === 0 ? 0 : 1)
}
