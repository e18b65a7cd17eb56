import { createRequire } from 'node:module'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { cruiseImports } from '../harness/imports.mjs'

/** Every arrow of the design, each shown to be guarded by an import that breaks it. */

const folder = temporaryFolder('imports')
afterAll(() => folder.remove())

const RIM = ['executors', 'connections', 'store', 'exports', 'sandbox']
const MAIN = ['core', 'contract', 'engine', ...RIM, 'hosts']
const OUTSIDE = ['preload', 'renderer']

/** What each part may import of the program, besides itself. Said a second time here, on purpose. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contract: ['core'],
  engine: ['core', 'contract'],
  ...Object.fromEntries(RIM.map((part) => [part, ['core', 'contract', 'engine']])),
  preload: ['contract'],
  renderer: ['core', 'contract'],
}

function home(part: string): string {
  if (part === 'preload') return 'preload'
  return part === 'renderer' ? 'renderer/ui' : `main/${part}`
}

interface Plant {
  readonly rule?: string
  readonly from: string
  readonly to: string
  /** The import as written; the default is a plain one. */
  readonly how?: (target: string) => string
}

const arrows = Object.entries(MAY).flatMap(([part, allowed]) =>
  [...MAIN, ...OUTSIDE]
    .filter((other) => other !== part && !allowed.includes(other))
    .map((other): Plant => ({
      from: `${home(part)}/to-${other}.ts`,
      to: `${home(other)}/target.ts`,
    })),
)

const RULES: readonly Plant[] = [
  { rule: 'core-imports-core', from: 'main/core/run/a.ts', to: 'main/engine/target.ts' },
  { rule: 'core-has-no-node', from: 'main/core/run/b.ts', to: 'node:fs' },
  { rule: 'core-libraries', from: 'main/core/run/c.ts', to: 'ws' },
  { rule: 'contract-imports-core', from: 'main/contract/a.ts', to: 'main/engine/target.ts' },
  { rule: 'engine-imports-contract', from: 'main/engine/a.ts', to: 'main/store/target.ts' },
  ...RIM.map((part) => ({
    rule: `${part}-imports-engine`,
    from: `main/${part}/a.ts`,
    to: 'main/hosts/target.ts',
  })),
  {
    rule: 'executors-are-separate',
    from: 'main/executors/shell/a.ts',
    to: 'main/executors/http/target.ts',
  },
  {
    rule: 'hosts-do-not-import-windows',
    from: 'main/hosts/a.ts',
    to: 'renderer/ui/target.ts',
  },
  { rule: 'preload-imports-contract', from: 'preload/a.ts', to: 'main/engine/target.ts' },
  {
    rule: 'renderer-imports-contract-and-core',
    from: 'renderer/ui/a.tsx',
    to: 'main/engine/target.ts',
  },
  { rule: 'renderer-has-no-node', from: 'renderer/ui/b.tsx', to: 'node:fs' },
  {
    rule: 'features-are-separate',
    from: 'renderer/features/run/a.tsx',
    to: 'renderer/features/library/target.ts',
  },
  {
    rule: 'ui-and-api-know-no-features',
    from: 'renderer/ui/c.ts',
    to: 'renderer/features/run/target.ts',
  },
  { rule: 'program-imports-only-itself', from: 'main/engine/b.ts', to: 'test/target.ts' },
  { rule: 'no-cycles', from: 'main/core/run/cycle.ts', to: 'main/core/run/cycle-back.ts' },
]

/** The same forbidden arrow in every way that an import can be written. */
const WAYS: readonly Plant[] = [
  [
    'types',
    (target: string) => `import type { target } from ${target}\nexport type T = typeof target\n`,
  ],
  ['again', (target: string) => `export * from ${target}\n`],
  ['later', (target: string) => `export const load = () => import(${target})\n`],
].flatMap(([name, how]) =>
  ['ts', 'tsx'].map((extension): Plant => ({
    rule: 'renderer-imports-contract-and-core',
    from: `renderer/ui/${String(name)}-${extension}.${extension}`,
    to: 'main/engine/target.ts',
    ...(typeof how === 'function' ? { how } : {}),
  })),
)

function write(path: string, text: string): void {
  const file = join(folder.path, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function plant({ from, to, how = (target) => `import ${target}\n` }: Plant): void {
  const isPackage = !to.includes('/') || to.startsWith('node:')
  const up = '../'.repeat(from.split('/').length - 1)
  write(from, how(JSON.stringify(isPackage ? to : `${up}${to}`)))
  if (!isPackage) write(to, 'export const target = 1\n')
}

let violations: Awaited<ReturnType<typeof cruiseImports>>['violations'] = []

beforeAll(async () => {
  for (const planted of [...arrows, ...RULES, ...WAYS]) plant(planted)
  write('main/core/run/cycle-back.ts', "import './cycle.ts'\n")
  for (const [part, allowed] of Object.entries(MAY))
    for (const other of allowed)
      plant({ from: `${home(part)}/may-${other}.ts`, to: `${home(other)}/target.ts` })
  ;({ violations } = await cruiseImports(folder.path))
})

/** Of a cycle the cruiser names one import, which may be the one that leads back. */
function rulesBrokenBy(file: string): readonly string[] {
  return violations
    .filter(({ from, to, rule }) => from === file || (rule.name === 'no-cycles' && to === file))
    .map(({ rule }) => rule.name)
}

describe('import direction', () => {
  it.each(arrows)('refuses $from', ({ from }) => {
    expect(rulesBrokenBy(from)).not.toEqual([])
  })

  it.each(RULES)('$rule is broken by $from -> $to', ({ rule, from }) => {
    expect(rulesBrokenBy(from)).toContain(rule)
  })

  it.each(WAYS)('finds it however it is written: $from', ({ rule, from }) => {
    expect(rulesBrokenBy(from)).toContain(rule)
  })

  it('allows what the design allows', () => {
    expect(violations.filter(({ from }) => from.includes('/may-'))).toEqual([])
  })

  it('has no rule without a proof', () => {
    const { forbidden } = z
      .object({ forbidden: z.array(z.object({ name: z.string() })) })
      .parse(createRequire(import.meta.url)('../../.dependency-cruiser.cjs'))
    expect(new Set(forbidden.map(({ name }) => name))).toEqual(
      new Set(RULES.map(({ rule }) => rule)),
    )
  })
})
