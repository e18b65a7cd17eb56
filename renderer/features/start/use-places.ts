import { useEffect, useState } from 'react'
import type { ProbeStage, TargetProbe } from '../../../main/contract/connections.ts'
import type { RequestResult } from '../../../main/contract/requests.ts'
import type { Runbook, TargetDeclaration } from '../../../main/core/runbook/model.ts'
import { client } from '../../api/index.ts'
import { useApp } from '../../app/app-store.ts'
import { wordsOf } from '../../ui/words.ts'
import type { Draft } from './draft.ts'

/** Where the targets of a runbook lead, and whether they can be reached. */
export interface Places {
  /** The runbook has targets beyond this laptop. */
  readonly needed: boolean
  readonly targets: readonly TargetDeclaration[]
  readonly environments: RequestResult<'connections.list'>['environments']
  readonly environment: string | undefined
  readonly production: boolean
  readonly connections: Readonly<Record<string, string>>
  readonly results: Readonly<Record<string, TargetProbe>>
  readonly stages: Readonly<Record<string, readonly ProbeStage[]>>
  readonly trying: boolean
  /** What keeps the places from being tried, or is wrong in the file they stand in. */
  readonly problem: string | undefined
  readonly again: () => void
}

/** What was found in one attempt to reach everything; another choice is another attempt. */
interface Attempt {
  readonly key: string
  readonly results: Places['results']
  readonly stages: Places['stages']
  readonly over: boolean
}

const NOTHING: Omit<Attempt, 'key'> = { results: {}, stages: {}, over: false }

let count = 0

/** Reads the environments, takes what was chosen here or last time, and tries every target while the person reads. */
export function usePlaces(path: string, runbook: Runbook, draft: Draft): Places {
  const remembered = useApp((state) => state.settings?.places[path])
  const [listed, setListed] = useState<RequestResult<'connections.list'>>()
  const [problem, setProblem] = useState<string>()
  const [attempt, setAttempt] = useState<Attempt>()
  const [round, setRound] = useState(0)
  const targets = runbook.targets.filter(({ kind }) => kind !== 'local')
  const needed = targets.length > 0
  const wanted = draft.environment ?? remembered?.environment ?? ''
  const { environments = [] } = listed ?? {}
  const mistake = listed?.diagnostics.find(({ severity }) => severity === 'error')
  // One that was removed meanwhile is none. One that cannot be read must not become none: names would lead elsewhere.
  const there = environments.some(({ name }) => name === wanted) || mistake !== undefined
  const environment = there && wanted !== '' ? wanted : undefined
  const connections = draft.connections ?? remembered?.chosen[environment ?? ''] ?? {}
  const chosen = JSON.stringify(connections)
  const key = JSON.stringify([path, environment, chosen, round])

  useEffect(() => {
    let current = true
    const read = (): void => {
      client.request('connections.list', {}).then(
        (result) => {
          if (!current) return
          setListed(result)
          setProblem(undefined)
        },
        (error: unknown) => {
          if (current) setProblem(wordsOf(error))
        },
      )
    }
    read()
    const stop = client.on('connections.changed', read)
    return () => {
      current = false
      stop()
    }
  }, [])

  const read = listed !== undefined
  useEffect(() => {
    // Before it is known which environments there are, names would lead to something else.
    if (!needed || !read) return
    const probe = `start-${++count}`
    let current = true
    const found = (change: (before: Attempt) => Partial<Attempt>): void => {
      if (!current) return
      setAttempt((last) => {
        const before = last?.key === key ? last : { key, ...NOTHING }
        return { ...before, ...change(before) }
      })
    }
    const stops = [
      client.on('preflight.target', (data) => {
        if (data.probe !== probe) return
        found(({ results }) => ({ results: { ...results, [data.result.target]: data.result } }))
      }),
      client.on('probe.stage', ({ probe: of, target = '', stage }) => {
        if (of !== probe) return
        found(({ stages }) => ({
          stages: { ...stages, [target]: [...(stages[target] ?? []), stage] },
        }))
      }),
    ]
    const mapping: unknown = JSON.parse(chosen)
    client
      .request('runs.preflight', {
        probe,
        path,
        connections: isMapping(mapping) ? mapping : {},
        ...(environment !== undefined && { environment }),
      })
      .then(
        () => {
          found(() => ({ over: true }))
          if (current) setProblem(undefined)
        },
        (error: unknown) => {
          found(() => ({ over: true }))
          if (current) setProblem(wordsOf(error))
        },
      )
    const cancel = (): void => {
      client.request('probe.cancel', { probe }).catch(() => undefined)
    }
    // A window that is closed or read anew leaves no question behind.
    window.addEventListener('pagehide', cancel)
    return () => {
      current = false
      for (const stop of stops) stop()
      window.removeEventListener('pagehide', cancel)
      cancel()
    }
  }, [path, needed, read, environment, chosen, key])

  const { results, stages, over } = attempt?.key === key ? attempt : NOTHING

  return {
    needed,
    targets,
    environments,
    environment,
    production: environments.some(({ name, production }) => name === environment && production),
    connections,
    results,
    stages,
    trying: needed && !over,
    problem:
      problem ??
      (mistake === undefined || listed === undefined
        ? undefined
        : mistakeWords(listed.file, mistake)),
    again: () => {
      setProblem(undefined)
      setRound((before) => before + 1)
    },
  }
}

function isMapping(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null
}

function mistakeWords(
  file: string,
  { message, range }: RequestResult<'connections.list'>['diagnostics'][number],
): string {
  const { line, column } = range.start
  return `${file} has a mistake at ${line}:${column}: ${message}`
}
