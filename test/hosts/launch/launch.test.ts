import { chmodSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../harness/until.ts'
import { plantProject, type PlantedProject } from './planted-project.ts'

/** What happens between `npm start` and the program: each step once, and in words when it cannot be done. */

let project: PlantedProject
beforeEach(() => {
  project = plantProject()
})
afterEach(() => project.remove())

const ELECTRON = '#!/bin/sh\necho "electron $*"\nexit 7\n'
const FAILING_FETCH = `
  const { appendFileSync } = await import('node:fs')
  appendFileSync(process.env.LOGS + '/fetch', 'tried\\n')
  process.exit(1)`

function plantElectron(): void {
  project.write('node_modules/electron/dist/electron', ELECTRON)
  project.write('node_modules/electron/path.txt', 'electron')
}

describe.runIf(process.platform === 'linux')('the window', () => {
  it('is Electron where it is there: with the arguments, ending as it ends', async () => {
    plantElectron()
    const { code, stdout, stderr } = await project.start(['--data', 'a b'])
    expect({ code, stdout, stderr }).toEqual({
      code: 7,
      stdout: `electron ${project.path}/ --data a b\n`,
      stderr: '',
    })
  })

  it('is the browser without a display, as root, or when asked for; and says why in one line', async () => {
    plantElectron()
    for (const [environment, why] of [
      [{ DISPLAY: '' }, 'there is no display'],
      [{ MUSTER_HOST: 'web' }, 'MUSTER_HOST=web asks for it'],
    ] as const) {
      const { code, stdout, stderr } = await project.start(['--port', '0'], environment)
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'web --port 0\n' })
      expect(stderr).toContain(why)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    }
    if (process.getuid?.() === 0)
      expect((await project.start([], {}, true)).stderr).toContain('does not work as root')
  })

  it('is fetched once; a failure is remembered, unless someone insists', async () => {
    project.write('node_modules/electron/install.js', FAILING_FETCH)
    const first = await project.start()
    expect(first.stdout).toBe('web\n')
    expect(first.stderr).toContain('could not be fetched')
    expect((await project.start()).stdout).toBe('web\n')
    expect(project.log('fetch')).toEqual(['tried'])
    const insisted = await project.start([], { MUSTER_HOST: 'electron' })
    expect(insisted).toMatchObject({ code: 1, stdout: '' })
    expect(insisted.stderr).toContain('Electron was asked for and cannot be had')
    expect(project.log('fetch')).toEqual(['tried', 'tried'])
  })

  it('is refused for a host that does not exist', async () => {
    const { code, stderr } = await project.start([], { MUSTER_HOST: 'elektron' })
    expect(code).toBe(1)
    expect(stderr).toBe('muster: MUSTER_HOST is “elektron”; it may be electron or web.\n')
  })
})

const NPM =
  '#!/bin/sh\necho "$*" >> "$LOGS/npm"\n[ -z "$NPM_FAILS" ] || { echo "no network"; exit 1; }\n'
const LOCK = JSON.stringify({
  packages: {
    '': {},
    'node_modules/needed': { version: '1.0.0' },
    'node_modules/elsewhere': { version: '1.0.0', optional: true },
  },
})

describe.runIf(process.platform === 'linux')('dependencies', () => {
  beforeEach(() => {
    project.write('bin/npm', NPM)
    project.write('package-lock.json', LOCK)
  })

  it('are installed once, and again when the lock file has changed', async () => {
    expect((await project.start()).stderr).toContain('Installing dependencies')
    expect((await project.start()).stderr).not.toContain('Installing')
    expect(project.log('npm')).toHaveLength(1)
    expect(project.log('npm')[0]).toMatch(/^ci /u)
    project.write('package-lock.json', `${LOCK}\n`)
    await project.start()
    expect(project.log('npm')).toHaveLength(2)
  })

  it('are not installed again when someone has already done it', async () => {
    const installed = (version: string) =>
      JSON.stringify({ packages: { 'node_modules/needed': { version } } })
    project.write('node_modules/.package-lock.json', installed('1.0.0'))
    expect((await project.start()).stdout).toBe('web\n')
    expect(project.log('npm')).toEqual([])
    rmSync(join(project.path, 'node_modules', '.muster-setup'))
    project.write('node_modules/.package-lock.json', installed('0.9.0'))
    await project.start()
    expect(project.log('npm')).toHaveLength(1)
  })

  it('that cannot be installed end it with what npm said, and are tried again', async () => {
    const failed = await project.start([], { NPM_FAILS: '1' })
    expect(failed).toMatchObject({ code: 1, stdout: '' })
    expect(failed.stderr).toContain('no network')
    expect(failed.stderr).toContain('Is the npm registry reachable')
    expect((await project.start()).stdout).toBe('web\n')
  })
})

const BUILDER = `
  import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
  appendFileSync(process.env.LOGS + '/build', process.argv[2] + '\\n')
  if (existsSync(process.env.LOGS + '/broken')) { console.error('main/planted.ts:1:1 nonsense'); process.exit(1) }
  await new Promise((done) => setTimeout(done, 300))`

describe.runIf(process.platform === 'linux')('the build', () => {
  beforeEach(() => {
    project.write('electron.vite.config.ts', '')
    project.write('main/planted.ts', '')
    project.write('node_modules/electron-vite/package.json', '{ "type": "module" }')
    project.write('node_modules/electron-vite/bin/electron-vite.js', BUILDER)
  })

  it('is made once, and again when a source was changed or deleted', async () => {
    expect((await project.start()).stderr).toContain('Building Muster')
    expect((await project.start()).stderr).not.toContain('Building')
    const later = Date.now() / 1000 + 10
    utimesSync(join(project.path, 'main/planted.ts'), later, later)
    await project.start()
    expect(project.log('build')).toEqual(['build', 'build'])
    rmSync(join(project.path, 'main/planted.ts'))
    utimesSync(join(project.path, 'main'), later + 1, later + 1)
    await project.start()
    expect(project.log('build')).toHaveLength(3)
  })

  it('is made by one of two that start together', async () => {
    const both = await Promise.all([project.start(), project.start()])
    expect(both.map(({ stdout }) => stdout)).toEqual(['web\n', 'web\n'])
    expect(project.log('build')).toEqual(['build'])
  })

  it('goes on after one that was killed in the middle', async () => {
    writeFileSync(join(project.path, 'node_modules/.cache/muster/build.lock'), '4194304')
    expect((await project.start()).stdout).toBe('web\n')
  })

  it('that fails ends it with what the builder said, and is tried again', async () => {
    const broken = join(project.path, 'logs', 'broken')
    writeFileSync(broken, '')
    const failed = await project.start()
    expect(failed).toMatchObject({ code: 1, stdout: '' })
    expect(failed.stderr).toContain('main/planted.ts:1:1 nonsense')
    rmSync(broken)
    expect((await project.start()).stdout).toBe('web\n')
  })
})

describe.runIf(process.platform === 'linux')('Node', () => {
  /** This Node, made to say that it is an old one. */
  function old(path: string): NodeJS.ProcessEnv {
    return { NODE_OPTIONS: `--import=${path}` }
  }
  beforeEach(() => {
    project.write(
      'old.mjs',
      `if (!process.env.OWN_NODE) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`,
    )
  })

  it('that is too old hands over to the one of the dependencies', async () => {
    rmSync(join(project.path, 'node_modules/.bin/node'))
    project.write(
      'node_modules/.bin/node',
      `#!/bin/sh\nOWN_NODE=1 exec '${process.execPath}' "$@"\n`,
    )
    const { code, stdout } = await project.start(['--data', 'a b'], {
      ...old(join(project.path, 'old.mjs')),
      MUSTER_HOST: 'web',
    })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'web --data a b\n' })
  })

  it('that is too old, where there is no other, says which one to install', async () => {
    rmSync(join(project.path, 'node_modules/.bin/node'))
    const { code, stderr } = await project.start([], old(join(project.path, 'old.mjs')))
    expect(code).toBe(1)
    expect(stderr).toBe(
      'muster: Node 22.18 or newer is needed and this is 20.19.0. Install a newer one from nodejs.org.\n',
    )
  })
})

describe.runIf(process.platform === 'linux')('an end', () => {
  it('of npm is one of the program, which it does not tell', async () => {
    project.write(
      'out/main/web.js',
      `import { appendFileSync } from 'node:fs'
       process.on('SIGTERM', () => { appendFileSync(process.env.LOGS + '/ended', 'in order'); process.exit(0) })
       console.log('pid', process.pid)
       setInterval(() => {}, 1000)`,
    )
    const npm = project.npmStart()
    let said = ''
    npm.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    await until('it runs', () => /pid \d+\n/u.test(said))
    npm.kill('SIGTERM')
    await until('it has ended', () => project.log('ended').includes('in order'))
  })
})

describe.runIf(process.platform === 'linux')('programs from Debian', () => {
  beforeEach(() => {
    project.write(
      'out/main/web.js',
      `const { ensurePrograms } = await import('../../main/hosts/launch/debian.mjs')
       ensurePrograms({ sh: 'dash', 'muster-nowhere': 'nowhere-package' })
       console.log('there')`,
    )
  })

  it('are named when they cannot be installed', async () => {
    const { code, stdout, stderr } = await project.start([], { MUSTER_HOST: 'web' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(
      'muster-nowhere is needed and missing. Install it, for example: sudo apt-get install nowhere-package',
    )
  })

  it('are installed by root on Debian, and only those that are missing', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root installs programs')
    mkdirSync(join(project.path, 'bin'), { recursive: true })
    project.write('bin/apt-get', '#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "$LOGS/apt"\n')
    chmodSync(join(project.path, 'logs'), 0o777)
    const { stdout } = await project.start([], { MUSTER_HOST: 'web' }, true)
    expect(stdout).toBe('there\n')
    expect(readFileSync(join(project.path, 'logs', 'apt'), 'utf8')).toBe(
      'noninteractive update\nnoninteractive install -y --no-install-recommends nowhere-package\n',
    )
  })
})
