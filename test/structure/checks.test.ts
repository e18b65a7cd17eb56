import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/** The compiler, the linter and the formatter as the project configures them, each shown to refuse what it is there for. */

const folder = temporaryFolder('checks')
afterAll(() => folder.remove())

function write(path: string, text: string): void {
  const file = join(folder.path, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const PROJECTS = ['main/core', 'main', 'preload', 'renderer', 'test']

beforeAll(() => {
  symlinkSync(join(projectRoot, 'node_modules'), join(folder.path, 'node_modules'), 'junction')
  const settings = ['.oxlintrc.json', '.prettierrc.json', 'tsconfig.json']
  for (const path of [...settings, ...PROJECTS.map((project) => `${project}/tsconfig.json`)]) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    cpSync(join(projectRoot, path), join(folder.path, path))
  }
})

function tool(program: string, words: readonly string[]): string {
  const script = join(projectRoot, 'node_modules', program)
  return spawnSync(process.execPath, [script, ...words], {
    cwd: folder.path,
    encoding: 'utf8',
  }).stdout
}

const TYPES = [
  ['main/core', 'node', "export { readFileSync } from 'node:fs'\n", 'TS2591'],
  ['main/core', 'process', 'export const here = process.cwd()\n', 'TS2591'],
  ['main/core', 'dom', 'export const title = document.title\n', 'TS2584'],
  ['main/core', 'timer', 'export const timer = setTimeout(() => undefined, 1)\n', 'TS2304'],
  ['main', 'dom', 'export const title = document.title\n', 'TS2584'],
  ['main', 'implicit', 'export const f = (given) => given\n', 'TS7006'],
  ['main', 'index', 'export const n = (list: number[]): number => list[0]\n', 'TS2322'],
  [
    'main',
    'optional',
    'interface A { a?: number }\nexport const a: A = { a: undefined }\n',
    'TS2375',
  ],
  ['main', 'enum', 'export enum Colour { red }\n', 'TS1294'],
  ['preload', 'node', "export { readFileSync } from 'node:fs'\n", 'TS2591'],
  ['renderer', 'process', 'export const here = process.cwd()\n', 'TS2591'],
  ['test', 'wrong', "export const n: number = 'one'\n", 'TS2322'],
] as const

describe('tsc', () => {
  const said = new Map<string, string>()
  beforeAll(() => {
    for (const [project, name, text] of TYPES) write(`${project}/planted-${name}.ts`, text)
    for (const project of PROJECTS)
      said.set(project, tool('typescript/bin/tsc', ['-p', project, '--pretty', 'false']))
    for (const [project, name] of TYPES) write(`${project}/planted-${name}.ts`, 'export {}\n')
  })

  it.each(TYPES)('of %s refuses planted-%s.ts', (project, name, _text, code) => {
    const line = said
      .get(project)
      ?.split('\n')
      .find((text) => text.includes(`${project}/planted-${name}.ts(`))
    expect(line).toContain(code)
  })
})

const LINT = [
  ['typescript/no-explicit-any', 'export const value: any = 1\n'],
  ['typescript/ban-ts-comment', '// @ts-ignore\nexport const value = 1\n'],
  ['typescript/no-non-null-assertion', 'export const f = (a: number[]): number => a[0]!\n'],
  ['typescript/no-unsafe-type-assertion', 'export const f = (a: unknown): string => a as string\n'],
  ['typescript/no-floating-promises', 'export function f(): void {\n  Promise.resolve(1)\n}\n'],
  [
    'typescript/no-misused-promises',
    'export function f(): void {\n  if (Promise.resolve(true)) f()\n}\n',
  ],
  [
    'typescript/switch-exhaustiveness-check',
    "export function f(a: 'x' | 'y'): number {\n  switch (a) {\n    case 'x':\n      return 1\n  }\n  return 2\n}\n",
  ],
  ['eslint/no-debugger', 'debugger\nexport {}\n'],
] as const

const lintSchema = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
})

describe('oxlint', () => {
  let found: z.infer<typeof lintSchema>['diagnostics'] = []
  const name = (rule: string) => `main/lint-${rule.replaceAll('/', '-')}.ts`
  beforeAll(() => {
    for (const [rule, text] of LINT) write(name(rule), text)
    found = lintSchema.parse(
      JSON.parse(tool('oxlint/bin/oxlint', ['--type-aware', '--format', 'json', 'main'])),
    ).diagnostics
  })

  it.each(LINT)('refuses what breaks %s', (rule) => {
    const short = rule.split('/')[1] ?? ''
    const codes = found.filter(({ filename }) => filename.endsWith(name(rule)))
    expect(codes.map(({ code }) => code).join(' ')).toContain(short)
  })
})

describe('prettier', () => {
  it('refuses another style', () => {
    write('main/format-good.ts', "export const good = 'one'\n")
    write('main/format-bad.ts', 'export const bad = "two";\n')
    const listed = tool('prettier/bin/prettier.cjs', ['--list-different', 'main/format-*.ts'])
    expect(listed.trim()).toBe('main/format-bad.ts')
  })
})
