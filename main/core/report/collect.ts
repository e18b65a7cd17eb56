import { statusAfter } from '../run/evolve-block.ts'
import type { EventData, RunEvent } from '../run/events.ts'
import { distinctPersons, isMuster, samePerson } from '../run/people.ts'
import { Replay } from '../run/replay.ts'
import type { ReportKind } from '../run/reports.ts'
import type { RunState } from '../run/state.ts'
import { namesOf, type PlanNames } from './names.ts'
import type { Report } from './report.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Entries<
  K extends 'gaps' | 'roles' | 'participants' | 'decisions' | 'approvals' | 'unknowns' | 'moves',
> = Mutable<Report[K][number]>[]

/** What the final state no longer tells: who held a role before, what was decided first, what was unknown for a while. */
export interface Collected {
  readonly state: RunState
  readonly names: PlanNames
  readonly version: string
  readonly device: string
  readonly answers: string | undefined
  readonly endReason: string | undefined
  readonly gaps: Report['gaps']
  readonly roles: Report['roles']
  /** Without their roles. */
  readonly people: Report['participants']
  /** Of every kind of report. */
  readonly moves: readonly (Report['moves'][number] & { readonly report: ReportKind })[]
  readonly decisions: Report['decisions']
  readonly approvals: Report['approvals']
  readonly unknowns: Report['unknowns']
  readonly counts: Report['counts']
}

/** Reads a run once, event by event; memory does not grow with its notes and outputs. */
export class Collector {
  readonly #replay = new Replay()
  #names: PlanNames | undefined
  #started: EventData<'run.started'> | undefined
  #device = ''
  #endReason: string | undefined
  #last: RunEvent | undefined
  readonly #gaps: Entries<'gaps'> = []
  readonly #roles: Entries<'roles'> = []
  readonly #offers = new Map<string, string>()
  /** By each spelling of their names. */
  readonly #people = new Map<string, Entries<'participants'>[number]>()
  readonly #moves: (Entries<'moves'>[number] & { report: ReportKind })[] = []
  readonly #decisions: Entries<'decisions'> = []
  readonly #approvals: Entries<'approvals'> = []
  readonly #unknowns: (Entries<'unknowns'>[number] & { block: string; attempt: number })[] = []
  readonly #counts = { events: 0, executions: 0, passed: 0, failed: 0, unknown: 0, hosts: 0 }

  add(event: RunEvent): void {
    const before = this.#last
    this.#last = event
    this.#replay.add(event)
    this.#counts.events += 1
    this.#acts(event)
    switch (event.type) {
      case 'run.started':
        this.#started = event.data
        this.#device = event.device
        this.#names = namesOf(event.data.plan)
        this.#holds('commander', event.data.commander, event)
        break
      case 'run.finished':
      case 'run.aborted':
        this.#endReason = event.data.reason
        break
      case 'role.offered':
        this.#offers.set(event.data.role, event.data.brief)
        break
      case 'report.moved':
        this.#moves.push({ seq: event.seq, at: event.wall, by: event.actor, ...event.data })
        break
      case 'run.suspended':
        this.#gaps.push({ from: event.wall, after: 'suspension', seq: event.seq })
        break
      case 'run.reopened': {
        const open = this.#gaps.at(-1)
        if (event.data.after === 'suspension' && open !== undefined && open.to === undefined)
          open.to = event.wall
        else
          this.#gaps.push({
            from: before?.wall ?? event.wall,
            to: event.wall,
            after: event.data.after,
            seq: event.seq,
          })
        break
      }
      case 'role.accepted':
        this.#holds(event.data.role, event.data.by, event, this.#offers.get(event.data.role))
        break
      case 'decision.made':
        this.#decided(event, event.data)
        break
      case 'approval.granted':
      case 'approval.refused': {
        const { by, step, target, text } = event.data
        this.#approvals.push({
          seq: event.seq,
          at: event.wall,
          by,
          granted: event.type === 'approval.granted',
          step,
          target,
          text,
          ...(event.type === 'approval.refused' && { reason: event.data.reason }),
        })
        break
      }
      case 'block.started':
        this.#counts.executions += 1
        break
      case 'block.finished':
        this.#finished(event, event.data)
        break
      case 'block.host-finished':
        this.#counts.hosts += 1
        this.#finished(event, event.data, event.data.host)
        break
      case 'block.resolved':
        for (const unknown of this.#unknowns) {
          if (
            unknown.block === event.data.block &&
            unknown.attempt === event.data.attempt &&
            (event.data.host === undefined || event.data.host === unknown.host)
          )
            unknown.settled = {
              as: event.data.as,
              by: event.actor,
              reason: event.data.reason,
            }
        }
        break
      default:
    }
  }

  /** What was read; undefined where there was no run. */
  collected(): Collected | undefined {
    const state = this.#replay.end()
    if (state === undefined || this.#names === undefined || this.#started === undefined)
      return undefined
    return {
      state,
      names: this.#names,
      version: this.#started.version,
      device: this.#device,
      answers: this.#started.answers,
      endReason: this.#endReason,
      gaps: this.#gaps,
      roles: this.#roles,
      people: [...new Set(this.#people.values())],
      moves: this.#moves,
      decisions: this.#decisions,
      approvals: this.#approvals,
      unknowns: this.#unknowns.map(({ block: _block, attempt: _attempt, ...unknown }) => unknown),
      counts: this.#counts,
    }
  }

  #holds(role: string, who: string, event: RunEvent, brief = ''): void {
    const before = this.#roles.findLast((held) => held.role === role)
    if (before !== undefined) before.to = event.wall
    this.#roles.push({
      role,
      who,
      from: event.wall,
      seq: event.seq,
      ...(brief !== '' && { brief }),
    })
  }

  /** Who took part while the run went on: who acted, and whom an event names as the one who did it. */
  #acts(event: RunEvent): void {
    const phase = this.#replay.state?.phase
    const over = phase === 'finished' || phase === 'aborted'
    if (over && event.type !== 'run.finished' && event.type !== 'run.aborted') return
    const named =
      event.type === 'run.started'
        ? [event.data.commander]
        : event.type === 'role.accepted' ||
            event.type === 'approval.granted' ||
            event.type === 'approval.refused'
          ? [event.data.by]
          : []
    for (const who of distinctPersons([event.actor, ...named])) {
      if (isMuster(who)) continue
      let known = this.#people.get(who)
      if (known === undefined) {
        const [, same] = [...this.#people].find(([other]) => samePerson(other, who)) ?? []
        known = same ?? { who, roles: [], acts: 0, from: event.wall, to: event.wall }
        this.#people.set(who, known)
      }
      known.acts += 1
      known.to = event.wall
    }
  }

  #decided(event: RunEvent, data: EventData<'decision.made'>): void {
    const names = this.#names
    const decide = names?.step(data.step)?.decide
    const label = (option: string): string => names?.optionLabel(data.step, option) ?? option
    this.#decisions.push({
      seq: event.seq,
      at: event.wall,
      by: event.actor,
      step: data.step,
      question: decide?.question ?? data.step,
      options: decide?.options.map((option) => option.label) ?? [],
      chosen: label(data.option),
      ...(data.instead !== undefined && { instead: label(data.instead) }),
      ...(data.reason !== undefined && { reason: data.reason }),
      ...(data.objections !== undefined && { objections: data.objections }),
    })
  }

  #finished(
    event: RunEvent,
    data: EventData<'block.finished'> | EventData<'block.host-finished'>,
    host?: string,
  ): void {
    const attempt = this.#replay.state?.blocks[data.block]?.attempts.find(
      ({ number }) => number === data.attempt,
    )
    const verb = this.#names?.block(data.block)?.verb ?? 'run'
    const several = host === undefined ? attempt?.hosts : undefined
    const status =
      several === undefined || data.passed
        ? statusAfter(verb, data.outcome, data.passed)
        : several.some((one) => one.status === 'unknown')
          ? 'unknown'
          : 'failed'
    if (host === undefined) {
      this.#counts[status === 'passed' ? 'passed' : status === 'unknown' ? 'unknown' : 'failed'] +=
        1
    }
    // Of several hosts, each says it for itself.
    if (status !== 'unknown' || several?.some((one) => one.status === 'unknown') === true) return
    this.#unknowns.push({
      seq: event.seq,
      at: event.wall,
      step: data.step,
      block: data.block,
      attempt: data.attempt,
      target: attempt?.target ?? '',
      ...(host !== undefined && { host }),
      outcome: data.outcome,
    })
  }
}
