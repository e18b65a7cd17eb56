import { expect } from 'vitest'
import type { Profile } from '../../../main/core/connection/profile.ts'
import { outcomeResult } from '../../../main/core/report/words.ts'
import type { BlockStatus, RunState } from '../../../main/core/run/state.ts'
import { openBench, type Bench } from '../../engine/support/engine.ts'
import { until } from '../../harness/until.ts'
import type { Kind, Places } from './places.ts'

/** What one run of one block with a fault gave. */
export interface Seen {
  readonly kind: Kind
  readonly fault: string
  /** Missing where the block was not begun. */
  readonly outcome: string | undefined
  readonly status: BlockStatus
  readonly effects: number
  readonly words: string
}

export interface Fault {
  readonly name: string
  readonly profile?: (profile: Profile) => Profile
  /** Before the block runs. */
  readonly before?: (kind: Kind) => Promise<void> | void
  /** When its effect has happened, and its answer has not come. */
  readonly after?: (kind: Kind) => Promise<void> | void
  /** Puts everything back. */
  readonly mend?: (kind: Kind) => Promise<void> | void
  /** Ends what nobody answers. */
  readonly timeout?: (kind: Kind) => string | undefined
}

let counter = 0

/** A mark that no other run leaves. */
export function nextMark(): string {
  counter += 1
  return `effect-${counter}`
}

/** Writes the profile and a runbook of one step with one block. */
export async function prepare(
  bench: Bench,
  profile: Profile,
  block: string,
  timeout?: string,
): Promise<string> {
  const { connection } = bench
  await connection.request('connections.saveEnvironment', { name: 'staging', production: false })
  await connection.request('connections.save', { environment: 'staging', profile })
  return bench.write(
    'fault.md',
    `---\nrunbook: 1\ntitle: Fault\nkind: maintenance\ntargets: { place: { ${profile.kind}: place } }\n---\n# Fault\n\n## Phase\n\n### One\n\n\`\`\`yaml step\nid: one\non: place\n${timeout === undefined ? '' : `timeout: ${timeout}\n`}\`\`\`\n${block}\n`,
  )
}

/** Starts the run and its step. */
export async function begin(bench: Bench, path: string): Promise<string> {
  const { sha256 } = await bench.connection.request('library.read', { path })
  const { run } = await bench.connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ada',
    acceptContent: true,
    environment: 'staging',
  })
  await bench.command(run, { type: 'step.begin', step: 'one' })
  return run
}

/** What became of the only block, which was not sent a second time by itself. */
export function judged(
  state: RunState,
  places: Places,
): Pick<Seen, 'outcome' | 'status' | 'words'> {
  const block = state.blocks['one/1']
  const [attempt, ...more] = block?.attempts ?? []
  expect(more).toEqual([])
  if (block === undefined || attempt?.outcome === undefined) throw new Error('No outcome.')
  return {
    outcome: attempt.outcome.kind,
    status: block.status,
    words: plain(outcomeResult(block.status, attempt.outcome, attempt.durationMs ?? 0), places),
  }
}

/** One run of one block with a fault; nothing is left of it but what it recorded. */
export async function suffer(places: Places, kind: Kind, fault: Fault): Promise<Seen> {
  const id = nextMark()
  const bench = openBench()
  try {
    const profile = places.profile(kind)
    const path = await prepare(
      bench,
      fault.profile?.(profile) ?? profile,
      places.block(kind, id),
      fault.timeout?.(kind),
    )
    const run = await begin(bench, path)
    await fault.before?.(kind)
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    if (fault.after !== undefined) {
      await until('the effect has happened', () => places.isAtWork(kind, id))
      await fault.after(kind)
    }
    const state = await bench.settled(run, 'one/1')
    await fault.mend?.(kind)
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
    return honest({
      kind,
      fault: fault.name,
      ...judged(state, places),
      effects: await places.count(kind, id),
    })
  } finally {
    places.proxies[kind].arm(undefined)
    await bench.close()
  }
}

/** Checks what is never allowed, whatever the fault. */
export function honest(seen: Seen): Seen {
  const { outcome, status, effects } = seen
  expect(effects).toBeLessThanOrEqual(1)
  if (outcome === undefined || outcome === 'not-started') expect(effects).toBe(0)
  if (status === 'passed') expect(effects).toBe(1)
  return seen
}

/** Words without what differs from run to run: ports, times, process numbers, folders. */
export function plain(words: string, { folder }: Places): string {
  return (
    words
      .replaceAll(folder, '…')
      .replaceAll(/(?:changed|stranger)-\d+/gu, 'another')
      .replaceAll(/\/tmp\/[^\s)]*\//gu, '…/')
      .replaceAll(/\brun \d{8}-\d{6}-\w+/gu, 'run …')
      .replaceAll(/effect-\d+/gu, 'effect-…')
      .replaceAll(/SHA256:[\w+/=]+/gu, 'SHA256:…')
      .replaceAll(/ after [\d.]+ m?s(?: \d+ s)?/gu, '')
      .replaceAll(/(127\.0\.0\.1):\d+/gu, '$1:…')
      .replaceAll(/\bport \d+/gu, 'port …')
      .replaceAll(/process \d+/gu, 'process …')
      .replaceAll(/\d+ of \d+ bytes/gu, '… bytes')
      .replaceAll(/[\d.]+ (?:ms|s|seconds)\b/gu, '… s')
      .replaceAll(/known_hosts:\d+/gu, 'known_hosts:…')
      // What the system's own programs say of a cut depends on which side noticed it first.
      .replaceAll(/(as process …: ).*?(?= It may have ended)/gu, '$1…')
      .replaceAll(
        /(cannot be reached: |SSH as it should: )(?!It closed the connection).*$/gu,
        '$1…',
      )
      .replaceAll('|', '\\|')
  )
}

/** The rows of docs/outcomes.md: what went alike over several places stands once. */
export function tableOf(seen: readonly Seen[]): string {
  const rows = new Map<string, Map<string, Kind[]>>()
  for (const { fault, kind, outcome, status, effects, words } of seen) {
    const sentence = /[.?…\]]$/u.test(words) ? words : `${words}.`
    const ended = outcome === undefined ? '–' : `\`${outcome}\``
    const row = [ended, status, String(effects), sentence].join(' | ')
    const alike = rows.get(fault) ?? new Map<string, Kind[]>()
    rows.set(fault, alike.set(row, [...(alike.get(row) ?? []), kind]))
  }
  return [
    '| Fault | Over | Outcome | The block is | Effects | What the window says |',
    '| --- | --- | --- | --- | --- | --- |',
    ...[...new Set(seen.map(({ fault }) => fault))].flatMap((fault) =>
      [...(rows.get(fault) ?? [])].map(
        ([row, kinds]) => `| ${fault} | ${kinds.join(', ')} | ${row} |`,
      ),
    ),
  ].join('\n')
}
