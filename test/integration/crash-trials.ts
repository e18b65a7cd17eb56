import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { replay } from '../../main/core/run/replay.ts'
import { compose } from '../../main/hosts/compose.ts'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/**
 * Kills the real program in the middle of a run, again and again, and looks at what is left: nothing that was
 * acknowledged may be missing, the chain must hold, what was in flight must be unknown, and nothing may run by itself.
 */

const RUNBOOK = join(projectRoot, 'test', 'fixtures', 'runbooks', 'crash.md')
const PROGRAM = join(projectRoot, 'out', 'main', 'cli.js')
/** The kill comes after one of this many events, so that it meets every part of the run on a machine of any speed … */
const EVENTS = 32
/** … and up to this much later, so that it meets what is between two events as well. */
const LATER_MS = 30
const acknowledgedSchema = z.looseObject({ seq: z.int(), hash: z.string(), type: z.string() })

export interface Trial {
  readonly number: number
  readonly acknowledged: number
  readonly recorded: number
  /** Whether a block was in flight when the program died. */
  readonly inFlight: boolean
  readonly problems: readonly string[]
}

/** A reproducible sequence of numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Killed {
  readonly acknowledged: readonly z.infer<typeof acknowledgedSchema>[]
}

/** Runs the program and kills it `laterMs` after it has acknowledged event `seq`. */
function runAndKill(
  data: string,
  effects: string,
  answers: string,
  seq: number,
  laterMs: number,
): Promise<Killed> {
  return new Promise((resolve, reject) => {
    const words = [
      'run',
      RUNBOOK,
      '--data',
      data,
      '--answers',
      answers,
      '--input',
      `EFFECTS=${effects}`,
      '--commander',
      'Ada',
      '--trust',
      '--json',
    ]
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const acknowledged: z.infer<typeof acknowledgedSchema>[] = []
    let timer: NodeJS.Timeout | undefined
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      // The last line may be cut by the kill; a cut line was not acknowledged.
      let parsed: unknown
      try {
        parsed = JSON.parse(line)
      } catch {
        return
      }
      const event = acknowledgedSchema.safeParse(parsed)
      if (!event.success) return
      acknowledged.push(event.data)
      if (event.data.seq >= seq) timer ??= setTimeout(() => child.kill('SIGKILL'), laterMs)
    })
    child.stderr.resume()
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      resolve({ acknowledged })
    })
  })
}

function effectsIn(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
}

function doubled(effects: readonly string[]): readonly string[] {
  return [...new Set(effects.filter((effect, index) => effects.indexOf(effect) !== index))]
}

/** Opens what the killed program left, as the next start would, and says everything that is wrong with it. */
async function inspect(
  data: string,
  effectsPath: string,
  killed: Killed,
): Promise<Omit<Trial, 'number'>> {
  const problems: string[] = []
  const muster = compose({ data, host: 'cli', version: '0.0.0', folders: [] })
  const connection = muster.engine.connect({ push: () => undefined })
  try {
    if (muster.readOnly !== undefined)
      problems.push(`The lock outlived its holder: ${muster.readOnly}`)
    const [summary] = await connection.request('runs.list', { limit: 1 })
    if (summary === undefined) {
      if (killed.acknowledged.length > 0) problems.push('The run is gone.')
      return { acknowledged: killed.acknowledged.length, recorded: 0, inFlight: false, problems }
    }
    const { run } = summary
    const before = await connection.request('runs.events', { run, after: 0, limit: 5000 })
    for (const { seq, hash } of killed.acknowledged) {
      if (before[seq - 1]?.hash !== hash)
        problems.push(`Acknowledged event ${seq} is missing or different.`)
    }
    const left = replay(before)
    const flying = Object.values(left?.blocks ?? {}).filter(({ status }) => status === 'running')
    const over = left?.phase === 'finished'
    if (!over) await connection.request('runs.open', { run, resume: true })
    const after = await connection.request('runs.events', {
      run,
      after: before.length,
      limit: 5000,
    })
    const state = replay([...before, ...after])
    for (const { id } of flying) {
      if (state?.blocks[id]?.status !== 'unknown')
        problems.push(`${id} was in flight and is ${state?.blocks[id]?.status}.`)
    }
    if (after.some(({ type }) => type === 'block.started'))
      problems.push('Something was started by itself.')
    const verified = await connection.request('runs.verify', { run })
    if (!verified.ok) problems.push(...verified.problems.map(({ message }) => message))
    const effects = effectsIn(effectsPath)
    const twice = doubled(effects)
    if (twice.length > 0) problems.push(`Done twice: ${twice.join(', ')}`)
    // Intent before effect: nothing happened that the log does not announce.
    const announced = before.filter(({ type }) => type === 'block.started').length
    const doing = effects.length
    if (doing > announced)
      problems.push(`${doing} effects, but only ${announced} starts on record.`)
    return {
      acknowledged: killed.acknowledged.length,
      recorded: before.length,
      inFlight: flying.length > 0,
      problems,
    }
  } finally {
    connection.close()
    await muster.close()
  }
}

/** One trial in a folder of its own. */
export async function crashTrial(number: number, random: () => number): Promise<Trial> {
  const folder = temporaryFolder(`crash-${number}`)
  try {
    const data = join(folder.path, 'data')
    const effects = join(folder.path, 'effects')
    const answers = join(folder.path, 'answers.yaml')
    mkdirSync(data)
    writeFileSync(answers, 'confirm: all\n')
    const killed = await runAndKill(
      data,
      effects,
      answers,
      1 + Math.floor(random() * EVENTS),
      random() * LATER_MS,
    )
    return { number, ...(await inspect(data, effects, killed)) }
  } finally {
    folder.remove()
  }
}

if (process.argv[1] === import.meta.filename) {
  const at = process.argv.indexOf('--trials')
  const trials = at === -1 ? 100 : Number(process.argv[at + 1])
  const random = randomNumbers(Date.now())
  let failed = 0
  for (let number = 1; number <= trials; number++) {
    const trial = await crashTrial(number, random)
    if (trial.problems.length > 0) failed++
    process.stdout.write(
      `${number}: ${trial.acknowledged} acknowledged, ${trial.recorded} recorded${trial.inFlight ? ', one in flight' : ''}${trial.problems.length > 0 ? `: ${trial.problems.join(' ')}` : ''}\n`,
    )
  }
  process.stdout.write(`${trials - failed} of ${trials} trials held\n`)
  process.exitCode = failed === 0 ? 0 : 1
}
