import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { cruiseImports } from '../harness/imports.mjs'

/** Every arrow of the design, each shown to be guarded by an import that breaks it. */

const folder = temporaryFolder('imports')
afterAll(() => folder.remove())

/** file -> what it must not import, and the rule that says so. */
const PLANTED: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['core-imports-core', 'main/core/run/planted.ts', 'main/contract/target.ts'],
  ['core-imports-core', 'main/core/run/planted.ts', 'renderer/ui/target.ts'],
  ['core-has-no-node', 'main/core/run/planted.ts', 'node:fs'],
  ['core-libraries', 'main/core/run/planted.ts', 'ws'],
  ['contract-imports-core', 'main/contract/planted.ts', 'main/engine/target.ts'],
  ['engine-imports-contract', 'main/engine/planted.ts', 'main/store/target.ts'],
  ['executors-imports-engine', 'main/executors/shell/planted.ts', 'main/store/target.ts'],
  ['executors-are-separate', 'main/executors/shell/planted.ts', 'main/executors/http/target.ts'],
  ['store-imports-engine', 'main/store/planted.ts', 'main/hosts/target.ts'],
  ['connections-imports-engine', 'main/connections/planted.ts', 'main/store/target.ts'],
  ['exports-imports-engine', 'main/exports/planted.ts', 'main/executors/http/target.ts'],
  ['sandbox-imports-engine', 'main/sandbox/planted.ts', 'main/hosts/target.ts'],
  ['hosts-do-not-import-windows', 'main/hosts/planted.ts', 'renderer/ui/target.ts'],
  ['preload-imports-contract', 'preload/planted.ts', 'main/engine/target.ts'],
  ['renderer-imports-contract-and-core', 'renderer/ui/planted.tsx', 'main/engine/target.ts'],
  ['renderer-has-no-node', 'renderer/ui/planted.tsx', 'node:fs'],
  [
    'features-are-separate',
    'renderer/features/run/planted.tsx',
    'renderer/features/library/target.ts',
  ],
  ['ui-and-api-know-no-features', 'renderer/ui/planted.ts', 'renderer/features/run/target.ts'],
  ['program-imports-only-itself', 'main/engine/planted.ts', 'test/target.ts'],
]

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function plant(name: string, from: string, to: string): string {
  const root = join(folder.path, name)
  for (const part of ['main/core/run', 'preload', 'renderer/ui'])
    mkdirSync(join(root, part), { recursive: true })
  const isPackage = !to.includes('/') || to.startsWith('node:')
  const up = '../'.repeat(from.split('/').length - 1)
  write(root, from, `import ${JSON.stringify(isPackage ? to : `${up}${to}`)}\n`)
  if (!isPackage) write(root, to, 'export const target = 1\n')
  return root
}

describe('import direction', () => {
  it.each(PLANTED)('%s refuses %s -> %s', async (rule, from, to) => {
    const { violations } = await cruiseImports(
      plant(`${rule}-${to.replaceAll(/\W/gu, '-')}`, from, to),
    )
    expect(violations.map((violation) => violation.rule.name)).toContain(rule)
  })

  it('no-cycles refuses two files that import each other', async () => {
    const root = plant('cycle', 'main/core/run/planted.ts', 'main/core/run/target.ts')
    write(root, 'main/core/run/target.ts', "import './planted.ts'\n")
    const { violations } = await cruiseImports(root)
    expect(violations.map((violation) => violation.rule.name)).toContain('no-cycles')
  })
})
