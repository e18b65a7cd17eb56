import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { spawn as spawnTerminal } from '@lydell/node-pty'
import { temporaryFolder } from '../../harness/temporary-folder.ts'

/** The real command as a real process, over pipes or in a terminal of its own. */

export const root = join(import.meta.dirname, '..', '..', '..')
/** The program as it was built. */
export const BUILT = join(root, 'out', 'main', 'cli.js')
/** `npm test` has built everything before, and starts four times faster with it; without that, the source is what is true. */
export const ENTRY =
  process.env['MUSTER_TEST_RUN'] === undefined
    ? join(root, 'main', 'hosts', 'cli', 'main.ts')
    : BUILT

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Started {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** What has been written to standard output so far. */
  out(): string
  /** Resolves when standard output holds the text. */
  says(text: string | RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
}

export interface Folder {
  readonly path: string
  /** The data folder that commands use. */
  readonly data: string
  /** Writes a file and gives its path. */
  file(name: string, text: string): string
  start(words: readonly string[], more?: StartOptions): Started
  muster(words: readonly string[], more?: StartOptions): Promise<Ended>
  terminal(words: readonly string[], more?: StartOptions): Terminal
  remove(): Promise<void>
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
  readonly entry?: string
}

export interface Terminal {
  /** Waits for this text after everything that was waited for before; gives what stood before and in it. */
  sees(text: string | RegExp): Promise<string>
  /** Types a line. */
  types(line: string): void
  /** Sends keys as they are. */
  presses(keys: string): void
  readonly ended: Promise<number>
  kill(signal: NodeJS.Signals): void
  /** Everything so far, without escape sequences. */
  screen(): string
  /** Everything so far, as it came. */
  raw(): string
}

const PATIENCE_MS = 40_000

function environment(data: string, more: StartOptions): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ||
    name === 'NO_COLOR' ||
    name === 'FORCE_COLOR' ||
    name === 'VISUAL' ||
    name === 'EDITOR'
      ? []
      : [[name, value] as const],
  )
  return { ...Object.fromEntries(inherited), MUSTER_DATA: data, ...more.environment }
}

function holds(text: string, wanted: string | RegExp): number {
  if (typeof wanted === 'string') {
    const at = text.indexOf(wanted)
    return at === -1 ? -1 : at + wanted.length
  }
  const found = wanted.exec(text)
  return found === null ? -1 : found.index + found[0].length
}

/** A temporary folder with a data folder in it, and the ways to run the command there. */
export function musterFolder(): Folder {
  const folder = temporaryFolder('cli')
  const data = join(folder.path, 'data')
  const living = new Set<{ kill(signal: NodeJS.Signals): void; readonly gone: Promise<unknown> }>()

  function start(words: readonly string[], more: StartOptions = {}): Started {
    const child = spawn(process.execPath, [more.entry ?? ENTRY, ...words], {
      cwd: folder.path,
      env: environment(data, more),
      stdio: 'pipe',
    })
    let out = ''
    let err = ''
    const wake = new Set<() => void>()
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
      for (const each of wake) each()
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk
    })
    child.stdin.end(more.input ?? '')
    // A command that reads no input may be gone before it is offered any.
    child.stdin.on('error', () => undefined)
    const ended = once(child, 'close').then(() => ({ code: child.exitCode, out, err }))
    const entry = { kill: (signal: NodeJS.Signals) => void child.kill(signal), gone: ended }
    living.add(entry)
    void ended.then(() => living.delete(entry))
    return {
      pid: child.pid ?? 0,
      ended,
      out: () => out,
      says: (text) =>
        waiting(
          () => (holds(out, text) === -1 ? undefined : out),
          wake,
          () => `standard output to hold ${String(text)}; it is:\n${out}\n${err}`,
        ),
      kill: entry.kill,
    }
  }

  function terminal(words: readonly string[], more: StartOptions = {}): Terminal {
    const pty = spawnTerminal(process.execPath, [more.entry ?? ENTRY, ...words], {
      cwd: folder.path,
      // What the tests themselves run in may be no terminal at all.
      env: { ...environment(data, more), TERM: 'xterm-256color' },
      cols: 120,
      rows: 40,
    })
    let text = ''
    let at = 0
    const wake = new Set<() => void>()
    pty.onData((chunk) => {
      text += chunk
      for (const each of wake) each()
    })
    let over = false
    const screen = (): string => stripVTControlCharacters(text).replaceAll('\r\n', '\n')
    const ended = new Promise<number>((resolve) => {
      pty.onExit(({ exitCode }) => {
        over = true
        resolve(exitCode)
        for (const each of wake) each()
      })
    })
    const entry = { kill: (signal: NodeJS.Signals) => pty.kill(signal), gone: ended }
    living.add(entry)
    void ended.then(() => living.delete(entry))
    return {
      sees: (wanted) =>
        waiting(
          () => {
            const rest = screen().slice(at)
            const end = holds(rest, wanted)
            if (end === -1 && over)
              throw new Error(`The command ended before it showed ${String(wanted)}:\n${rest}`)
            if (end === -1) return undefined
            at += end
            return rest.slice(0, end)
          },
          wake,
          () =>
            `the terminal to show ${String(wanted)}; after what was seen it shows:\n${screen().slice(at)}`,
        ),
      types: (line) => pty.write(`${line}\r`),
      presses: (keys) => pty.write(keys),
      kill: entry.kill,
      ended,
      screen,
      raw: () => text,
    }
  }

  return {
    path: folder.path,
    data,
    file(name, text) {
      const path = join(folder.path, name)
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, text)
      return path
    },
    start,
    muster: async (words, more) => await start(words, more).ended,
    terminal,
    async remove() {
      const left = [...living]
      for (const each of left) each.kill('SIGKILL')
      await Promise.all(left.map(({ gone }) => gone))
      folder.remove()
    },
  }
}

/** Resolves with what `look` finds, looking again whenever something came. Rejects after a while, saying what was waited for. */
function waiting<T>(
  look: () => T | undefined,
  wake: Set<() => void>,
  describe: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      wake.delete(check)
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error(`Waited for ${describe()}`))
    }, PATIENCE_MS)
    const check = (): void => {
      try {
        const found = look()
        if (found === undefined) return
        end()
        resolve(found)
      } catch (error) {
        end()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    wake.add(check)
    check()
  })
}

/** A runbook of format 1 on this laptop with these steps below its frontmatter. */
export function runbookText(steps: string, head = ''): string {
  return `---
runbook: 1
title: Test
kind: checklist
targets: { laptop: local }
${head}---
# Test

## Phase

${steps}`
}
