import { defined } from '../defined.ts'
import { shownLine } from '../report/hostile.ts'
import { namesOf, type PlanNames } from '../report/names.ts'
import { sentenceOf } from '../report/sentences.ts'
import { utcText } from '../report/duration.ts'
import type { BlobReference, EventData, EventType, Outcome, RunEvent } from '../run/events.ts'
import type { Mark, Recorded, RunRecordings } from './recorded.ts'

const MARKED = new Set<EventType>([
  'run.paused',
  'run.resumed',
  'run.reopened',
  'run.finished',
  'run.aborted',
  'step.begun',
  'step.finished',
  'step.skipped',
  'step.reopened',
  'block.started',
  'block.stopping',
  'block.resolved',
  'approval.granted',
  'approval.refused',
  'decision.made',
  'severity.changed',
  'role.accepted',
  'note.added',
  'inject.given',
  'rollback.begun',
  'rollback.finished',
])

const MARK_CHARACTERS = 200

interface Result {
  readonly outcome: Outcome
  readonly durationMs: number
  readonly host?: string | undefined
  readonly polls?: number | undefined
  readonly stdout?: BlobReference | undefined
  readonly stderr?: BlobReference | undefined
  readonly timing?: BlobReference | undefined
  readonly unrecorded?: number | undefined
}

/** The event with which something began. */
type Beginning = Pick<RunEvent, 'seq' | 'wall'>

/** Reads a run once and lists what was recorded in it. Executions that printed nothing are in it too. */
export function recordingsOf(events: Iterable<RunEvent>): RunRecordings {
  const collector = new Recordings()
  for (const event of events) collector.add(event)
  return collector
}

class Recordings implements RunRecordings {
  readonly #found: Recorded[] = []
  readonly marks: Mark[] = []
  readonly takenOut = new Map<string, { readonly by: string; readonly reason: string }>()
  #names: PlanNames | undefined
  /** When an execution on one host or a terminal began. */
  readonly #begun = new Map<string, Beginning>()
  /** What was sent to where, by block and attempt. */
  readonly #sent = new Map<string, EventData<'block.started'>>()

  get recordings(): readonly Recorded[] {
    return this.#found.toSorted((left, right) => left.began - right.began || left.seq - right.seq)
  }

  add(event: RunEvent): void {
    if (event.type === 'run.started') this.#names = namesOf(event.data.plan)
    const names = this.#names
    if (names === undefined) return
    if (MARKED.has(event.type)) this.#mark(event, names)
    switch (event.type) {
      case 'output.redacted':
        this.takenOut.set(event.data.sha256, { by: event.actor, reason: event.data.reason })
        return
      case 'terminal.opened':
        this.#begun.set(event.data.terminal, event)
        return
      case 'terminal.closed': {
        const { terminal, target, host } = event.data
        const on = host === undefined ? target : `${host} of ${target}`
        this.#add(event, event.data, {
          label: terminal,
          began: this.#begun.get(terminal),
          title: `Terminal on ${on}`,
          target,
          forScreen: true,
        })
        return
      }
      case 'block.started':
        this.#begun.set(keyOf(event.data), event)
        this.#sent.set(keyOf(event.data), event.data)
        return
      case 'block.batch-started':
        for (const host of event.data.hosts) this.#begun.set(keyOf({ ...event.data, host }), event)
        return
      case 'block.finished':
        // Of several hosts, each has a recording of its own.
        if (this.#sent.get(keyOf(event.data))?.hosts !== undefined) return
        this.#addBlock(event, event.data, names)
        return
      case 'block.host-finished':
        this.#addBlock(event, event.data, names)
        return
      case 'block.batch-checked':
        for (const result of event.data.hosts) {
          const { check, attempt, batch } = event.data
          this.#add(event, result, {
            label: `${keyOf({ block: check, attempt, host: result.host })} after batch ${batch}`,
            began: undefined,
            title: `${titleOf(check, attempt, names)} on ${result.host}, after batch ${batch}`,
            target: result.host,
            step: event.data.step,
            command: names.block(check)?.code,
            forScreen: names.block(check)?.pty === true,
          })
        }
        return
      default:
    }
  }

  #addBlock(
    event: RunEvent,
    data: Result & { readonly step: string; readonly block: string; readonly attempt: number },
    names: PlanNames,
  ): void {
    const { step, block, attempt, host } = data
    const sent = this.#sent.get(keyOf({ block, attempt }))
    const planned = names.block(block)
    const title = titleOf(block, attempt, names)
    this.#add(event, data, {
      label: keyOf(data),
      began: this.#begun.get(keyOf(data)) ?? this.#begun.get(keyOf({ block, attempt })),
      title: host === undefined ? title : `${title} on ${host}`,
      target: sent?.target ?? '',
      step,
      command: sent?.text,
      forScreen:
        planned?.pty === true || planned?.verb === 'terminal' || planned?.session !== undefined,
    })
  }

  #add(
    event: RunEvent,
    result: Result,
    about: {
      readonly label: string
      readonly began: Beginning | undefined
      readonly title: string
      readonly target: string
      readonly step?: string | undefined
      readonly command?: string | undefined
      readonly forScreen: boolean
    },
  ): void {
    const { outcome, durationMs, host, polls, stdout, stderr, timing, unrecorded } = result
    const { label, began, title, target, step, command, forScreen } = about
    const found = { host, polls, stdout, stderr, timing, unrecorded, step, command }
    this.#found.push({
      ...defined(found),
      seq: event.seq,
      label,
      from: began?.seq ?? event.seq,
      began: began?.wall ?? event.wall - durationMs,
      durationMs,
      title: shownLine(title),
      target: shownLine(target),
      forScreen,
      outcome,
    })
  }

  #mark(event: RunEvent, names: PlanNames): void {
    const { text, quote } = sentenceOf(event, names, utcText)
    this.marks.push({
      seq: event.seq,
      at: event.wall,
      text: beginningOf(shownLine(quote === undefined ? text : `${text} ${quote}`)),
      ...(event.type === 'step.begun' && { step: event.data.step }),
    })
  }
}

function keyOf(one: {
  readonly block: string
  readonly attempt: number
  readonly host?: string | undefined
}): string {
  return `${one.block}#${one.attempt}${one.host === undefined ? '' : `@${one.host}`}`
}

function titleOf(block: string, attempt: number, names: PlanNames): string {
  const step = names.stepOf(block)
  const number = step === undefined ? undefined : names.number(step.id)
  const name = names.blockName(block)
  const capital = name.charAt(0).toUpperCase() + name.slice(1)
  return `${number === undefined ? '' : `${number}. `}${capital}${attempt > 1 ? `, attempt ${attempt}` : ''}`
}

/** So much of it as fits a list of marks; never half a character. */
function beginningOf(text: string): string {
  if (text.length <= MARK_CHARACTERS) return text
  return `${text.slice(0, MARK_CHARACTERS - 1).replace(/\p{Surrogate}$/u, '')}…`
}
