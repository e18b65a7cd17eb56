import type { AnyCommand } from './commands.ts'
import { accept, needsReason, refuse, type Decision } from './decision.ts'
import { SEVERITIES, type BlobReference, type EventBody } from './events.ts'
import { own } from '../own.ts'
import { isMuster, samePerson } from './people.ts'
import { inFlight } from './rules.ts'
import { isSettled, type BlockState, type RunState } from './state.ts'
import { REFUSALS } from './table.ts'

type RunCommand = Extract<
  AnyCommand,
  {
    type:
      | 'run.pause'
      | 'run.resume'
      | 'run.finish'
      | 'run.abort'
      | 'run.suspend'
      | 'run.reopen'
      | 'severity.change'
      | 'role.offer'
      | 'role.accept'
      | 'note.add'
      | 'terminal.opened'
      | 'terminal.closed'
  }
>

const NOT_A_PERSON = 'Only a person can hold a role: Muster is the name of the program.'

const INTERRUPTED = 'Muster stopped while this ran. Whether it took effect is not known.'

/** The first event of a run. */
export function start(command: Extract<AnyCommand, { type: 'run.start' }>): Decision {
  const { type: _type, ...data } = command
  if (isMuster(data.commander)) return refuse('not-a-person', NOT_A_PERSON)
  const recorded = data.secretInputs.find((name) => own(data.inputs, name) !== undefined)
  if (recorded !== undefined) {
    return refuse('secret-recorded', `The value of ${recorded} is secret and must not be recorded.`)
  }
  return accept({ type: 'run.started', data })
}

function running(state: RunState): readonly string[] {
  return Object.values(state.blocks)
    .filter(({ status }) => status === 'running')
    .map(({ id }) => id)
}

function finish(state: RunState, reason: string | undefined): Decision {
  const inFlight = running(state)
  if (inFlight.length > 0) {
    return refuse(
      'block-running',
      `Still running: ${inFlight.join(', ')}. Wait for it or stop it, then finish.`,
    )
  }
  const open = Object.values(state.steps)
    .filter(({ status }) => !isSettled(status))
    .map(({ id }) => id)
  if (open.length > 0 && reason === undefined) {
    return needsReason(
      'steps-open',
      `Still open: ${open.join(', ')}. Say why the run ends without them.`,
    )
  }
  return accept({ type: 'run.finished', data: { open, ...(reason !== undefined && { reason }) } })
}

function interruptedHost(
  block: BlockState,
  attempt: number,
  host: string,
  output:
    | { readonly stdout?: BlobReference | undefined; readonly stderr?: BlobReference | undefined }
    | undefined,
): EventBody {
  return {
    type: 'block.host-finished',
    data: {
      step: block.step,
      block: block.id,
      attempt,
      host,
      outcome: { kind: 'unknown', detail: INTERRUPTED },
      passed: false,
      gates: [{ gate: 'outcome', passed: false, wanted: 'a known end', seen: INTERRUPTED }],
      durationMs: 0,
      ...(output?.stdout && { stdout: output.stdout }),
      ...(output?.stderr && { stderr: output.stderr }),
    },
  }
}

/** Everything that was in flight is unknown from now on, and says so. */
function reopen(state: RunState, command: Extract<RunCommand, { type: 'run.reopen' }>): Decision {
  const over = state.phase === 'finished' || state.phase === 'aborted'
  if (over && !inFlight(state)) return refuse('run-over', REFUSALS['run-over'])
  const events: EventBody[] = [{ type: 'run.reopened', data: { after: command.after } }]
  for (const block of Object.values(state.blocks)) {
    const attempt = block.attempts.at(-1)
    if (block.status !== 'running' || attempt === undefined) continue
    const outputOf = (host: string | undefined): (typeof command.recovered)[number] | undefined =>
      command.recovered.find(
        (candidate) =>
          candidate.block === block.id &&
          candidate.attempt === attempt.number &&
          candidate.host === host,
      )
    for (const { host, status } of attempt.hosts ?? []) {
      if (status === 'running')
        events.push(interruptedHost(block, attempt.number, host, outputOf(host)))
    }
    const output = outputOf(undefined)
    events.push({
      type: 'block.finished',
      data: {
        step: block.step,
        block: block.id,
        attempt: attempt.number,
        outcome: { kind: 'unknown', detail: INTERRUPTED },
        passed: false,
        gates: [{ gate: 'outcome', passed: false, wanted: 'a known end', seen: INTERRUPTED }],
        durationMs: 0,
        ...(output?.stdout && { stdout: output.stdout }),
        ...(output?.stderr && { stderr: output.stderr }),
      },
    })
  }
  for (const [terminal, { target, host, open }] of Object.entries(state.terminals)) {
    if (!open) continue
    const recording = command.terminals?.find((candidate) => candidate.terminal === terminal)
    events.push({
      type: 'terminal.closed',
      data: {
        terminal,
        target,
        ...(host !== undefined && { host }),
        outcome: { kind: 'unknown', detail: INTERRUPTED },
        durationMs: 0,
        ...(recording && { stdout: recording.stdout }),
      },
    })
  }
  return { ok: true, events }
}

function changeSeverity(
  state: RunState,
  command: Extract<RunCommand, { type: 'severity.change' }>,
): Decision {
  const { to, reason } = command
  const from = state.severity
  if (from === to) return refuse('same-severity', `The severity is ${to} already.`)
  const lowered = from !== undefined && SEVERITIES.indexOf(to) > SEVERITIES.indexOf(from)
  if (lowered && reason === undefined) {
    return needsReason('lowering', `Lowering the severity from ${from} to ${to} needs a reason.`)
  }
  return accept({
    type: 'severity.changed',
    data: { to, ...(from !== undefined && { from }), ...(reason !== undefined && { reason }) },
  })
}

function acceptRole(state: RunState, role: string, by: string): Decision {
  const offer = own(state.offers, role)
  if (offer === undefined) return refuse('no-offer', `Nobody has offered the role ${role}.`)
  if (!samePerson(offer.to, by))
    return refuse('not-offered', `The role ${role} was offered to ${offer.to}, not to ${by}.`)
  return accept({ type: 'role.accepted', data: { role, by: offer.to } })
}

/** Every role that somebody can hold: those declared, those whose approval a step asks for, and the commander's. */
function rolesOf(state: RunState): readonly string[] {
  const approving = state.plan.steps.flatMap(({ approve }) => (approve ? [approve.role] : []))
  return [...new Set(['commander', ...state.plan.roles, ...approving])]
}

function offerRole(
  state: RunState,
  command: Extract<RunCommand, { type: 'role.offer' }>,
): Decision {
  const { role, to, brief } = command
  const known = rolesOf(state)
  if (state.plan.roles.length > 0 && !known.includes(role)) {
    return refuse('no-role', `The runbook has no role ${role}; it has ${known.join(', ')}.`)
  }
  if (isMuster(to)) return refuse('not-a-person', NOT_A_PERSON)
  const from = own(state.roles, role)
  if (from !== undefined && samePerson(from, to))
    return refuse('same-holder', `${to} is ${role} already.`)
  return accept({
    type: 'role.offered',
    data: { role, to, brief, ...(from !== undefined && { from }) },
  })
}

/** Commands about the run as a whole. */
export function decideRun(state: RunState, command: RunCommand): Decision {
  switch (command.type) {
    case 'run.pause':
      return accept({
        type: 'run.paused',
        data: command.reason === undefined ? {} : { reason: command.reason },
      })
    case 'run.resume':
      return accept({ type: 'run.resumed', data: {} })
    case 'run.finish':
      return finish(state, command.reason)
    case 'run.abort':
      return accept({
        type: 'run.aborted',
        data: { reason: command.reason, inFlight: [...running(state)] },
      })
    case 'run.suspend':
      return accept({ type: 'run.suspended', data: {} })
    case 'run.reopen':
      return reopen(state, command)
    case 'severity.change':
      return changeSeverity(state, command)
    case 'role.offer':
      return offerRole(state, command)
    case 'role.accept':
      return acceptRole(state, command.role, command.by)
    case 'note.add':
      return accept({ type: 'note.added', data: { kind: command.kind, text: command.text } })
    case 'terminal.opened': {
      if (state.mode === 'walkthrough') {
        return refuse(
          'walkthrough',
          'In a walkthrough nothing executes, so there is no terminal either.',
        )
      }
      const { type: _type, ...data } = command
      return accept({ type: 'terminal.opened', data })
    }
    case 'terminal.closed': {
      if (own(state.terminals, command.terminal)?.open !== true) {
        return refuse('no-terminal', `No terminal ${command.terminal} is open.`)
      }
      const { type: _type, ...data } = command
      return accept({ type: 'terminal.closed', data })
    }
  }
}
