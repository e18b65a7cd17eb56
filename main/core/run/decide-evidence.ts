import { own } from '../own.ts'
import type { AnyCommand } from './commands.ts'
import { accept, refuse, type DecideContext, type Decision } from './decision.ts'
import { samePerson } from './people.ts'
import type { RunState } from './state.ts'

/** What is done to the record itself: others vouch for it, and outputs are taken out of it. */

export type EvidenceCommand = Extract<
  AnyCommand,
  { type: 'checkpoint.witness' | 'checkpoint.countersign' | 'output.redact' }
>

/** Whether the run had this head after that many events, as far as its state remembers: now, and at its checkpoints. */
function hadHead(state: RunState, size: number, head: string): boolean {
  if (size === state.seq) return head === state.head
  return (state.checkpoints ?? []).some((known) => known.size === size && known.head === head)
}

function unknownHead(size: number): Decision {
  return refuse(
    'no-checkpoint',
    `The run has no checkpoint with these words after event ${size}. Take the words of the newest checkpoint.`,
  )
}

/** Commands about the evidence. */
export function decideEvidence(
  state: RunState,
  command: EvidenceCommand,
  { actor }: DecideContext,
): Decision {
  switch (command.type) {
    case 'checkpoint.witness': {
      const { size, head, by, how } = command
      if (!hadHead(state, size, head)) return unknownHead(size)
      if (samePerson(by, actor))
        return refuse(
          'own-witness',
          'A witness is somebody else: whoever keeps the record cannot vouch for it.',
        )
      return accept({
        type: 'checkpoint.witnessed',
        data: { size, head, by, ...(how !== undefined && { how }) },
      })
    }
    case 'checkpoint.countersign': {
      const { type: _type, ...data } = command
      if (!hadHead(state, data.size, data.head)) return unknownHead(data.size)
      const known = state.witnesses?.some(
        ({ size, kind, by }) => size === data.size && kind === data.kind && by === data.by,
      )
      if (known === true)
        return refuse('same-signature', `${data.by} has signed this checkpoint already.`)
      return accept({ type: 'checkpoint.countersigned', data })
    }
    case 'output.redact': {
      const { event, sha256, kind, reason } = command
      if (event > state.seq) return refuse('no-event', `The run has no event ${event}.`)
      if (sha256 === state.runbook.source.sha256)
        return refuse(
          'pinned-runbook',
          'This is the runbook itself. Without it the run could not be read any more.',
        )
      if (own(state.redactions ?? {}, sha256) !== undefined)
        return refuse('same-redaction', 'This output has been taken out already.')
      return accept({ type: 'output.redacted', data: { event, sha256, kind, reason } })
    }
  }
}
