import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn, type IPty } from '@lydell/node-pty'
import type { Outcome } from '../../core/run/events.ts'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  OutputSink,
} from '../../engine/ports.ts'
import { environmentFor, workingFolder } from './environment.ts'
import { markedLine, MarkerParser, quote } from './markers.ts'

/**
 * `session=NAME`: one live shell that blocks of a run share, so that a folder or a variable set in one block is there in
 * the next. Blocks are delimited by markers; when a marker does not come, the outcome is unknown.
 */

/** Lines longer than this are not taken whole by every shell's terminal; they go through a file. */
const LONGEST_LINE = 1_000
const CLOSE_GRACE_MS = 500

interface Running {
  readonly parser: MarkerParser
  readonly sink: OutputSink
  begun: boolean
  stopped: boolean
  settle(outcome: Outcome): void
}

class LiveShell {
  readonly #pty: IPty
  readonly #exported = new Map<string, string>()
  #running: Running | undefined
  #writes = Promise.resolve()
  #alive = true
  readonly ended: Promise<void>

  constructor(language: string, columns: number, rows: number) {
    const bash = language === 'bash'
    this.#pty = spawn(bash ? 'bash' : 'sh', bash ? ['--noprofile', '--norc', '-i'] : ['-i'], {
      cwd: workingFolder(),
      // No prompt and no line editor: what is recorded is what the commands say.
      env: {
        ...environmentFor({}, true),
        PS1: '',
        PS2: '',
        PROMPT_COMMAND: '',
        HISTFILE: '/dev/null',
      },
      cols: columns,
      rows,
      encoding: null,
    })
    this.#pty.write(' stty -echo -onlcr 2>/dev/null; set +o emacs +o vi 2>/dev/null; PS1= PS2=\n')
    this.#pty.onData((data: unknown) =>
      this.#receive(data instanceof Uint8Array ? data : Buffer.from(String(data))),
    )
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(() => {
        this.#alive = false
        this.#settle({
          kind: 'unknown',
          detail:
            'The shared shell ended before the block was over, so nobody knows how far it came. The next block of this session gets a new shell.',
        })
        resolve()
      })
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  run(request: ExecutionRequest, sink: OutputSink): Execution {
    const nonce = randomBytes(12).toString('hex')
    const script = this.#exports(request.values) + request.text
    let timer: NodeJS.Timeout | undefined
    let folder: string | undefined
    const result = new Promise<ExecutionResult>((resolve) => {
      this.#running = {
        parser: new MarkerParser(nonce),
        sink,
        begun: false,
        stopped: false,
        settle: (outcome) => resolve({ outcome }),
      }
      if (request.timeoutMs !== undefined) {
        const afterMs = request.timeoutMs
        timer = setTimeout(() => {
          this.#pty.write('\x03')
          // Whether it obeyed is not known: the shell cannot be trusted any more.
          this.#settle({ kind: 'timed-out', afterMs })
          this.kill()
        }, afterMs)
      }
      if (script.length <= LONGEST_LINE && !script.includes('\n'))
        this.#pty.write(markedLine(nonce, script))
      else {
        folder = mkdtempSync(join(tmpdir(), 'muster-session-'))
        const path = join(folder, 'block')
        writeFileSync(path, `${script}\n`, { mode: 0o600 })
        this.#pty.write(markedLine(nonce, `. ${quote(path)}`))
      }
    }).finally(() => {
      clearTimeout(timer)
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    })
    return {
      result,
      stop: (rung) => {
        if (this.#running) this.#running.stopped = true
        if (rung === 'interrupt') this.#pty.write('\x03')
        else if (rung === 'abandon') {
          this.#settle({
            kind: 'unknown',
            detail: 'It was abandoned while it ran. It may still be running.',
          })
          this.kill()
        } else this.kill(rung === 'kill' ? 'SIGKILL' : 'SIGTERM')
      },
      terminal: {
        write: (bytes) => this.#pty.write(Buffer.from(bytes).toString('utf8')),
        resize: (columns, rows) => {
          if (this.#alive) this.#pty.resize(columns, rows)
        },
      },
    }
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!this.#alive) return
    try {
      process.kill(-this.#pty.pid, signal)
    } catch {
      // It has just ended.
    }
    // An interactive shell ignores the polite signal.
    if (signal !== 'SIGKILL') setTimeout(() => this.kill(), CLOSE_GRACE_MS).unref()
  }

  /** Values that are new or changed since the shell last heard of them. */
  #exports(values: Readonly<Record<string, string>>): string {
    let text = ''
    for (const [name, value] of Object.entries(values)) {
      if (this.#exported.get(name) === value) continue
      this.#exported.set(name, value)
      text += `export ${name}=${quote(value)}\n`
    }
    return text
  }

  #receive(bytes: Uint8Array): void {
    const running = this.#running
    if (running === undefined) return
    for (const part of running.parser.push(bytes)) {
      if (part.kind === 'begin') running.begun = true
      else if (part.kind === 'end') {
        this.#settle(
          running.stopped && part.status >= 128
            ? { kind: 'cancelled' }
            : { kind: 'exited', code: part.status },
        )
        return
      } else if (running.begun) this.#write(running, part.bytes)
    }
  }

  #write(running: Running, bytes: Uint8Array): void {
    this.#pty.pause()
    this.#writes = this.#writes.then(async () => {
      await running.sink.stdout(bytes)
      if (this.#alive) this.#pty.resume()
    })
  }

  #settle(outcome: Outcome): void {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    const rest = running.parser.end()
    if (running.begun && rest.length > 0) this.#write(running, rest)
    void this.#writes.then(() => running.settle(outcome))
  }
}

/** The live shells of all runs. */
export class LiveShells {
  readonly #shells = new Map<string, LiveShell>()

  start(session: string, request: ExecutionRequest, sink: OutputSink): Execution {
    const key = `${request.run}\n${session}`
    let shell = this.#shells.get(key)
    if (shell?.busy === true) {
      const detail = `Another block is still running in the shared shell “${session}”.`
      return {
        result: Promise.resolve({ outcome: { kind: 'not-started', detail } }),
        stop: () => undefined,
      }
    }
    if (shell === undefined || !shell.alive) {
      try {
        shell = new LiveShell(request.block.language, request.columns, request.rows)
      } catch (error) {
        const detail = `The shared shell could not be started: ${error instanceof Error ? error.message : String(error)}`
        return {
          result: Promise.resolve({ outcome: { kind: 'not-started', detail } }),
          stop: () => undefined,
        }
      }
      this.#shells.set(key, shell)
    }
    return shell.run(request, sink)
  }

  async closeRun(run: string): Promise<void> {
    const ends: Promise<void>[] = []
    for (const [key, shell] of this.#shells) {
      if (!key.startsWith(`${run}\n`)) continue
      this.#shells.delete(key)
      shell.kill()
      ends.push(shell.ended)
    }
    await Promise.all(ends)
  }
}
