import { createTransports, type TransportPool } from '../../../main/connections/ssh/pool.ts'
import type { Answer, Question } from '../../../main/contract/prompts.ts'
import type { SshProfile } from '../../../main/core/connection/profile.ts'
import type { ProbeStage } from '../../../main/engine/ports.ts'
import type { Channel, ChannelEnd, Transport } from '../../../main/engine/transport.ts'

/** What the contract suite runs over. */
export const IMPLEMENTATIONS = ['ssh2', 'openssh'] as const
export type Implementation = (typeof IMPLEMENTATIONS)[number]

/** Somebody who answers questions, and secrets that are there without asking. */
export interface People {
  readonly questions: Question[]
  /** Labels of the secrets that were asked for, and of those that were refused. */
  readonly asked: string[]
  readonly refused: string[]
  readonly stages: ProbeStage[]
  answer: (question: Question) => Answer
  /** By label; a list gives one after the other. */
  secrets: Record<string, string[]>
}

export interface Client {
  readonly people: People
  connect(profile: SshProfile, signal?: AbortSignal): Promise<Transport>
  closeAll(): Promise<void>
}

export function createClient(): Client {
  const people: People = {
    questions: [],
    asked: [],
    refused: [],
    stages: [],
    answer: () => ({ kind: 'declined', why: 'Nobody is there.' }),
    secrets: {},
  }
  const pool: TransportPool = createTransports({
    prompter: {
      ask: (question) => {
        people.questions.push(question)
        return Promise.resolve(people.answer(question))
      },
    },
    secrets: {
      get: (_source, { label }) => {
        people.asked.push(label)
        const value = people.secrets[label]?.shift()
        return Promise.resolve(
          value === undefined ? { problem: `There is no ${label}.` } : { value },
        )
      },
      refuse: (_source, { label }) => people.refused.push(label),
      learn: () => undefined,
      values: () => [],
    },
  })
  const open: Transport[] = []
  return {
    people,
    async connect(profile, signal) {
      const transport = await pool.probe(
        {
          profile,
          environment: undefined,
          run: undefined,
          ...(signal !== undefined && { signal }),
        },
        (stage) => people.stages.push(stage),
      )
      open.push(transport)
      return transport
    },
    async closeAll() {
      for (const transport of open.splice(0)) await transport.close()
    },
  }
}

export interface Ran {
  readonly end: ChannelEnd
  readonly out: Buffer
  readonly err: Buffer
}

/** Everything that a channel gives until it is over. */
export async function finish(channel: Channel): Promise<Ran> {
  const [end, out, err] = await Promise.all([
    channel.end,
    gather(channel.stdout),
    gather(channel.stderr),
  ])
  return { end, out, err }
}

export function gather(stream: NodeJS.ReadableStream): Promise<Buffer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    const done = (): void => resolve(Buffer.concat(pieces))
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('end', done)
    stream.on('close', done)
    stream.on('error', done)
  })
}

export async function run(transport: Transport, command: string): Promise<Ran> {
  return await finish(await transport.exec({ command }))
}

/** The text that follows a program's words until it says something. */
export function watch(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (piece: Buffer) => {
    text += piece.toString()
  })
  return () => text
}
