import { spawnSync } from 'node:child_process'
import { isBuiltin } from 'node:module'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { importedBy } from '../harness/imports.mjs'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/**
 * What goes into an installer. electron-builder really packs the program, around a stand-in for Electron's binary that holds
 * nothing but the bytes which fuses are written into.
 */

/** https://github.com/electron/fuses: marks the place, then version, number of fuses, and a state for each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'embeddedAsarIntegrity',
  'onlyLoadAppFromAsar',
  'browserProcessSnapshot',
  'grantFileProtocolExtraPrivileges',
]

const folder = temporaryFolder('packaging')
afterAll(() => folder.remove())

interface AsarEntry {
  readonly files?: Readonly<Record<string, AsarEntry>> | undefined
  readonly unpacked?: boolean | undefined
}
const entrySchema: z.ZodType<AsarEntry> = z.object({
  get files() {
    return z.record(z.string(), entrySchema).optional()
  },
  unpacked: z.boolean().optional(),
})

/** Four numbers, the last of them the length of a JSON text that follows: https://github.com/electron/asar#format */
function asarFiles(path: string): ReadonlyMap<string, AsarEntry> {
  const bytes = readFileSync(path)
  const header = bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString('utf8')
  const files = new Map<string, AsarEntry>()
  const walk = (entry: AsarEntry, at: string): void => {
    if (entry.files === undefined) files.set(at, entry)
    else for (const [name, below] of Object.entries(entry.files)) walk(below, `${at}/${name}`)
  }
  walk(entrySchema.parse(JSON.parse(header)), '')
  return files
}

function emptyAsar(): Buffer {
  const header = Buffer.from('{"files":{}} '.padEnd(16))
  const sizes = Buffer.alloc(16)
  for (const [index, size] of [4, header.length + 8, header.length + 4, header.length].entries())
    sizes.writeUInt32LE(size, 4 * index)
  return Buffer.concat([sizes, header])
}

function standIn(): string {
  const dist = join(folder.path, 'electron')
  const write = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(dist, path)), { recursive: true })
    writeFileSync(join(dist, path), content)
  }
  const states = '1'.repeat(FUSES.length)
  write('electron', Buffer.from(`${SENTINEL}\u0001${String.fromCodePoint(FUSES.length)}${states}`))
  chmodSync(join(dist, 'electron'), 0o755)
  write('LICENSE', '')
  write('LICENSES.chromium.html', '')
  write('locales/en-US.pak', '')
  write('resources/default_app.asar', emptyAsar())
  return dist
}

const app = join(folder.path, 'dist', 'linux-unpacked')
const resources = join(app, 'resources')
let files: ReadonlyMap<string, AsarEntry> = new Map()

beforeAll(() => {
  const words = [
    join(projectRoot, 'node_modules', 'electron-builder', 'cli.js'),
    '--linux',
    'dir',
    '--x64',
    `-c.electronDist=${standIn()}`,
    `-c.directories.output=${join(folder.path, 'dist')}`,
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: projectRoot,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`electron-builder did not succeed:\n${stdout}${stderr}`)
  files = asarFiles(join(resources, 'app.asar'))
})

describe('the packed program', () => {
  it('has every part that it starts with', () => {
    for (const path of [
      '/package.json',
      '/LICENSE',
      '/out/main/electron.js',
      '/out/main/engine.js',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
    ])
      expect([...files.keys()]).toContain(path)
  })

  it('has every package that is not bundled, and no other', () => {
    const built = join(projectRoot, 'out', 'main')
    const asked = readdirSync(built, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => importedBy(join(built, name)))
      .map(([source]) => source)
      .filter((source) => !source.startsWith('.') && !isBuiltin(source) && source !== 'electron')
    expect(new Set(asked)).toEqual(new Set(['better-sqlite3', '@lydell/node-pty']))
    const packed = [...files.keys()]
      .map((path) => /\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)/u.exec(path)?.groups?.['name'])
      .filter((name) => name !== undefined && !name.startsWith('@lydell/node-pty-'))
    expect(new Set(packed)).toEqual(new Set(['better-sqlite3', '@lydell/node-pty']))
  })

  it('has no source, no test and no Node of its own', () => {
    const strange = [...files.keys()].filter(
      (path) => !/^\/(?:out|node_modules)\/|^\/(?:package\.json|LICENSE)$/u.test(path),
    )
    expect(strange).toEqual([])
    expect([...files.keys()].filter((path) => /\/node-(?:linux|darwin|win)/u.test(path))).toEqual(
      [],
    )
  })

  it('keeps native code outside of the archive, where a system can load it', () => {
    const native = [...files].filter(([path]) => path.endsWith('.node'))
    expect(native.length).toBeGreaterThan(1)
    expect(native.filter(([, { unpacked }]) => unpacked !== true)).toEqual([])
    const unpacked = join(resources, 'app.asar.unpacked', 'node_modules')
    expect(existsSync(join(unpacked, 'better-sqlite3', 'prebuilds', 'linux-x64.node'))).toBe(true)
  })

  it('has runbooks beside it', () => {
    expect(existsSync(join(resources, 'runbooks', 'starter', 'laptop-readiness.md'))).toBe(true)
  })

  it('has its fuses set', () => {
    const bytes = readFileSync(join(app, 'muster'))
    const at = bytes.indexOf(SENTINEL) + SENTINEL.length + 2
    const states = FUSES.map((name, index) => [
      name,
      bytes.toString('latin1', at + index, at + index + 1),
    ])
    expect(Object.fromEntries(states)).toEqual({
      runAsNode: '0',
      cookieEncryption: '1',
      nodeOptions: '0',
      nodeCliInspect: '0',
      embeddedAsarIntegrity: '1',
      onlyLoadAppFromAsar: '1',
      browserProcessSnapshot: '1',
      grantFileProtocolExtraPrivileges: '0',
    })
  })
})

describe('the configuration', () => {
  const { build } = z
    .object({
      build: z.object({
        linux: z.object({ target: z.array(z.string()) }),
        mac: z.object({ target: z.array(z.string()) }),
        win: z.object({ target: z.array(z.string()) }),
        icon: z.string(),
      }),
    })
    .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')))

  it('makes an installer for every system', () => {
    expect([build.linux.target, build.mac.target, build.win.target]).toEqual([
      ['AppImage', 'deb'],
      ['dmg'],
      ['nsis'],
    ])
  })

  it('has an icon that is large enough for all of them', () => {
    const png = readFileSync(join(projectRoot, build.icon))
    expect(png.toString('latin1', 1, 4)).toBe('PNG')
    expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(512)
  })
})
