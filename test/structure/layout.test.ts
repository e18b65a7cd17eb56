import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../harness/project.ts'

/** What the product's owner has fixed about the project, and what every part of it must keep to. */

/** Every file of the project: what git knows, and what it would take. */
const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .stdout.split('\n')
  .filter((path) => path !== '' && existsSync(join(projectRoot, path)))

const packageFile = z
  .object({
    license: z.string(),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')))

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.looseObject({
        version: z.string().optional(),
        license: z.string().optional(),
        resolved: z.string().optional(),
        dev: z.boolean().optional(),
        optionalDependencies: z.record(z.string(), z.string()).optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')))

describe('the top level', () => {
  const PARTS = [
    'package.json',
    'tsconfig.json',
    'electron.vite.config.ts',
    'main',
    'renderer',
    'preload',
    'runbooks',
    'resources',
    'test',
  ]
  const USUAL = [
    'README.md',
    'LICENSE',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'package-lock.json',
    'docs',
  ]

  it('is what the owner laid down, beside the usual', () => {
    expect(files.length).toBeGreaterThan(100)
    const top = new Set(files.map((path) => path.split('/')[0] ?? ''))
    expect(
      [...top].filter((name) => !name.startsWith('.') && ![...PARTS, ...USUAL].includes(name)),
    ).toEqual([])
    expect(PARTS.filter((name) => !top.has(name))).toEqual([])
  })

  it('has the parts of main that the design names', () => {
    const parts = readdirSync(join(projectRoot, 'main'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    const designed = /^(?:core|contract|engine|executors|connections|store|exports|sandbox|hosts)$/u
    expect(parts.filter((name) => !designed.test(name))).toEqual([])
  })
})

describe('dependencies', () => {
  const all = { ...packageFile.dependencies, ...packageFile.devDependencies }

  it('are those that the owner chose', () => {
    const chosen = [
      'electron',
      'react',
      'vite',
      'zustand',
      'better-sqlite3',
      'ssh2',
      'pg',
      'ioredis',
      '@xterm/xterm',
      'electron-builder',
      'playwright-core',
    ]
    expect(chosen.filter((name) => !Object.hasOwn(all, name))).toEqual([])
  })

  it('are pinned', () => {
    const loose = Object.entries({ ...all, ...packageFile.optionalDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u.test(version),
    )
    expect(loose).toEqual([])
  })

  it('are locked for every system, and to no particular registry', () => {
    const locked = Object.entries(lock.packages)
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
    const missing = locked
      .filter(([path]) => path !== '')
      .flatMap(([, { optionalDependencies }]) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !locked.some(([path]) => path.endsWith(`node_modules/${name}`)))
    expect(missing).toEqual([])
  })

  it('have licences that allow everybody to pass Muster on', () => {
    const permissive =
      /^\(?(?:MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|Python-2\.0|Unlicense|WTFPL|CC0-1\.0|CC-BY-4\.0)(?: (?:AND|OR) (?:MIT|ISC|CC0-1\.0))?\)?$/u
    const others = Object.entries(lock.packages)
      .filter(([path]) => path !== '')
      .map(([path, { license }]) => {
        const manifest = join(projectRoot, path, 'package.json')
        if (license !== undefined || !existsSync(manifest))
          return [path, license ?? 'unknown'] as const
        // Old packages say it in a way that npm does not lock.
        const { licenses = [] } = z
          .looseObject({ licenses: z.array(z.object({ type: z.string() })).optional() })
          .parse(JSON.parse(readFileSync(manifest, 'utf8')))
        const said = licenses.map(({ type }) => type).join(' OR ')
        return [path, said === '' ? 'unknown' : said] as const
      })
      .filter(([, license]) => !permissive.test(license))
      .map(([path, license]) => `${path.replace(/^.*node_modules\//u, '')}: ${license}`)
    // Weak copyleft, in tools only: their files are not part of Muster.
    expect(others.filter((line) => !line.endsWith(': MPL-2.0'))).toEqual([])
    const mpl = Object.entries(lock.packages).filter(([, { license }]) => license === 'MPL-2.0')
    expect(mpl.filter(([, { dev }]) => dev !== true)).toEqual([])
  })
})

describe('source files', () => {
  const sources = files.filter(
    (path) => /\.(?:ts|tsx|mjs|cjs)$/u.test(path) && !path.startsWith('test/fixtures/'),
  )

  /** Longer than anybody reads in one go, and why they may be. */
  const LONG: Readonly<Record<string, string>> = {
    'main/engine/run-session.ts':
      'one live run: every step of its loop touches the same few fields',
    'main/core/runbook/steps.ts':
      'one walk over the document that keeps the place of every message',
  }
  const LONGEST = 400

  it('of the program are short enough to be read in one go', () => {
    const long = sources
      .filter((path) => /^(?:main|preload|renderer)\//u.test(path))
      .filter((path) => readFileSync(join(projectRoot, path), 'utf8').split('\n').length > LONGEST)
    expect(long.filter((path) => !Object.hasOwn(LONG, path))).toEqual([])
  })

  it('say why, above it, where they switch a check off', () => {
    const mark = /(?:oxlint|eslint)-disable|prettier-ignore/u
    const silent = sources
      .filter((path) => path !== 'test/structure/layout.test.ts')
      .filter((path) => {
        const lines = readFileSync(join(projectRoot, path), 'utf8').split('\n')
        return lines.some(
          (line, index) =>
            mark.test(line) && !/^\s*(?:\/\/|\*|\{?\/\*)/u.test(lines[index - 1] ?? ''),
        )
      })
    expect(silent).toEqual([])
  })

  it('leave no test behind that runs alone or not at all', () => {
    const marks = new RegExp(String.raw`\b(?:it|test|describe)\.(?:only|todo|skip)\(`, 'u')
    const found = sources
      .filter((path) => path.startsWith('test/'))
      // It plants such tests, as text, to see them refused.
      .filter((path) => path !== 'test/structure/counts.test.ts')
      .filter((path) => marks.test(readFileSync(join(projectRoot, path), 'utf8')))
    expect(found).toEqual([])
  })
})
