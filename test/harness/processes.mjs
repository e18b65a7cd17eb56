import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import process from 'node:process'
import { programs } from '../../main/hosts/launch/node.mjs'
import { root } from '../../main/hosts/launch/words.mjs'

/** Processes of a test run: started in a group of their own, ended as one, and looked for when all is over. */

/** The variable that everything a test run starts carries in its environment. */
export const MARK = 'MUSTER_TEST_RUN'

const running = new Set()

/** Ends a group, whatever it is doing. */
function killGroup(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Ends everything that is still running; for an interrupt. */
export function killAll() {
  for (const child of running) killGroup(child)
}

/**
 * Runs a program to its end. Resolves with its exit code and all that it wrote; after `timeoutMs` it is killed with
 * everything that it started, and the code is 1.
 */
export function run(program, words, { mark, timeoutMs }) {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      cwd: root,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
        [MARK]: mark,
        NO_COLOR: '1',
        FORCE_COLOR: '0',
      },
    })
    running.add(child)
    let output = ''
    let code = 1
    const take = (chunk) => {
      output += chunk
    }
    const timer = setTimeout(() => {
      take(`\nIt took more than ${timeoutMs / 1000} s and was ended.\n`)
      code = undefined
      killGroup(child)
    }, timeoutMs)
    const finish = () => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code: code ?? 1, output })
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.once('error', (error) => {
      take(`${error.message}\n`)
      finish()
    })
    child.once('exit', (status, signal) => {
      if (code !== undefined) code = status ?? 1
      if (signal !== null) take(`\nIt was ended by ${signal}.\n`)
      // Something that it left behind may hold its output open; that is found and reported later.
      const patience = setTimeout(finish, 2000)
      child.once('close', () => {
        clearTimeout(patience)
        finish()
      })
    })
  })
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has just ended, or belongs to somebody else.
    return ''
  }
}

/** Processes that carry the mark: `{ pid, command }` of each. Linux only; elsewhere there is no way to look. */
export function marked(mark) {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${mark}`))
    .map((pid) => ({
      pid: Number(pid),
      command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim(),
    }))
    .filter(({ command }) => command !== '')
}
