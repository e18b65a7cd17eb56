import { spawn, type ChildProcessByStdio } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  existsSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { Readable } from 'node:stream'
import { delimiter, dirname, join } from 'node:path'
import { projectRoot } from '../../harness/project.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'

/** The real launch folder in a project that is otherwise made of small stand-ins which write down that they were called. */

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface PlantedProject {
  readonly path: string
  /** Writes a file of the project; one that begins with `#!` can be run. */
  write(path: string, text: string): void
  /** What a stand-in has written down, one line for each call. */
  log(name: string): readonly string[]
  /** Starts `npm start` without npm. Not as root, who gets no Electron, unless `asRoot`. */
  start(
    words?: readonly string[],
    environment?: NodeJS.ProcessEnv,
    asRoot?: boolean,
  ): Promise<Ended>
  /** Starts `npm start` in the browser. */
  npmStart(environment?: NodeJS.ProcessEnv): ChildProcessByStdio<null, Readable, null>
  remove(): void
}

/** The user “nobody” of Debian and of most others. */
const NOBODY = 65_534

export function plantProject(): PlantedProject {
  const folder = temporaryFolder('launch')
  chmodSync(folder.path, 0o777)
  const at = (path: string): string => join(folder.path, path)
  const launch = join('main', 'hosts', 'launch')
  cpSync(join(projectRoot, launch), at(launch), { recursive: true })

  function write(path: string, text: string): void {
    for (let up = dirname(path); up !== '.'; up = dirname(up)) {
      if (existsSync(at(up))) break
      mkdirSync(at(up), { recursive: true })
    }
    writeFileSync(at(path), text)
    if (text.startsWith('#!')) chmodSync(at(path), 0o755)
  }

  write(
    'package.json',
    '{ "type": "module", "scripts": { "start": "node main/hosts/launch/start.mjs" } }',
  )
  write('out/main/web.js', 'console.log(["web", ...process.argv.slice(2)].join(" "))')
  mkdirSync(at('node_modules/.bin'), { recursive: true })
  symlinkSync(process.execPath, at('node_modules/.bin/node'))
  mkdirSync(at('node_modules/.cache/muster'), { recursive: true })
  mkdirSync(at('logs'))
  for (const path of ['node_modules', 'node_modules/.cache/muster', 'logs', 'out'])
    chmodSync(at(path), 0o777)

  return {
    path: folder.path,
    write,
    log(name) {
      const path = at(join('logs', name))
      return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
    },
    npmStart(environment = {}) {
      return spawn('npm', ['start', '--silent'], {
        cwd: folder.path,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, MUSTER_HOST: 'web', LOGS: at('logs'), ...environment },
      })
    },
    start(words = [], environment = {}, asRoot = false) {
      const drop = !asRoot && process.getuid?.() === 0
      const child = spawn(process.execPath, [at(join(launch, 'start.mjs')), ...words], {
        cwd: folder.path,
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(drop ? { uid: NOBODY, gid: NOBODY } : {}),
        env: {
          PATH: `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
          DISPLAY: ':99',
          LOGS: at('logs'),
          ...environment,
        },
      })
      let stdout = ''
      let stderr = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      return new Promise((resolve, reject) => {
        child.once('error', reject)
        child.once('close', (code) => resolve({ code, stdout, stderr }))
      })
    },
    remove: () => folder.remove(),
  }
}
