import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { peakMemory } from '../harness/peak-memory.ts'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { book, fence } from './support/engine.ts'

/** The whole program, from the pipe of a command to the disk. */

const BYTES = 1_000_000_000
const MOST_GROWTH_MB = 100

const lineSchema = z.looseObject({
  type: z.string(),
  data: z.looseObject({
    stdout: z.looseObject({ bytes: z.int(), sha256: z.string() }).optional(),
    passed: z.boolean().optional(),
  }),
})

function expectedHash(): string {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(1_000_000, 'm')
  for (let written = 0; written < BYTES; written += piece.length) hash.update(piece)
  return hash.digest('hex')
}

async function hashOfBlob(blobs: string, name: string): Promise<string> {
  const names = readdirSync(blobs, { recursive: true, encoding: 'utf8' })
  const file = names.find((path) => path.endsWith(name))
  if (file === undefined) throw new Error(`There is no blob ${name}.`)
  const hash = createHash('sha256')
  for await (const piece of createReadStream(join(blobs, file))) hash.update(piece)
  return hash.digest('hex')
}

interface Flood {
  readonly peak: number
  readonly bytes: number | undefined
  /** SHA-256 of the bytes in the file of the output. */
  readonly recorded: string | undefined
  readonly passed: boolean | undefined
}

/** Runs the program on a flood and says what was recorded and how far its memory grew between first event and last. */
async function flood(folder: string, bytes: number): Promise<Flood> {
  const path = join(folder, 'flood.md')
  writeFileSync(path, book(fence('bash run', `head -c ${bytes} /dev/zero | tr '\\0' m`)))
  const answers = join(folder, 'answers.yaml')
  writeFileSync(answers, 'confirm: all\n')
  const child = spawn(
    process.execPath,
    [
      join(projectRoot, 'out', 'main', 'cli.js'),
      'run',
      path,
      '--answers',
      answers,
      '--trust',
      '--json',
      '--data',
      join(folder, `data-${bytes}`),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const pid = child.pid
  if (pid === undefined) throw new Error('The program did not start.')
  let peak = 0
  let result: z.infer<typeof lineSchema>['data'] | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const event = lineSchema.parse(JSON.parse(line))
    if (event.type === 'block.finished') {
      peak = peakMemory(pid) ?? peak
      result = event.data
    }
  }
  const { stdout, passed } = result ?? {}
  const recorded =
    stdout && (await hashOfBlob(join(folder, `data-${bytes}`, 'blobs'), stdout.sha256))
  return { peak, bytes: stdout?.bytes, recorded, passed }
}

it.runIf(process.platform === 'linux')(
  `1 GB of output is recorded byte for byte, and takes less than ${MOST_GROWTH_MB} MB more than 1 MB does`,
  async () => {
    const folder = temporaryFolder('flood')
    try {
      const small = await flood(folder.path, 1_000_000)
      const { peak, bytes, recorded, passed } = await flood(folder.path, BYTES)
      expect(passed).toBe(true)
      expect(bytes).toBe(BYTES)
      expect(recorded).toBe(expectedHash())
      expect(peak - small.peak).toBeLessThan(MOST_GROWTH_MB)
    } finally {
      folder.remove()
    }
  },
  180_000,
)
