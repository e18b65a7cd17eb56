import type { ReactNode } from 'react'
import type { Command } from '../../../../main/core/run/commands.ts'
import type { PlanStep } from '../../../../main/core/run/plan.ts'
import { reasonTitle } from '../model/reason.ts'
import { Action } from '../parts/action.tsx'
import { Panel } from '../parts/panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './step.module.css'

/** Another way out of the step: it always needs a reason, so the reason is asked for at once. */
export function askWhy(
  open: (panel: {
    kind: 'reason'
    title: string
    command: Command
    at: { kind: 'step'; id: string }
    action: string
  }) => void,
  step: string,
  command: Command,
  action: string,
): void {
  open({
    kind: 'reason',
    title: reasonTitle(command),
    command,
    at: { kind: 'step', id: step },
    action,
  })
}

/** A reason stands in until the person gives one: only to ask whether the command would be accepted with one. */
const SOME_REASON = 'reason'

/** Every other thing that can be done with a step, each with what it means. */
export function MorePanel({ step }: { readonly step: PlanStep }): ReactNode {
  const { ask } = useRun()
  const open = useScreen((screen) => screen.open)
  const close = useScreen((screen) => screen.close)
  const id = step.id
  const choices: readonly {
    readonly word: string
    readonly says: string
    readonly action: string
    readonly command: Command
  }[] = [
    {
      word: 'Skip…',
      says: 'Leave it out. The report lists it with the reason.',
      action: 'Skip the step',
      command: { type: 'step.skip', step: id, reason: SOME_REASON },
    },
    {
      word: 'Mark done…',
      says: 'Say that it is done although not every gate closed.',
      action: 'Mark it done',
      command: { type: 'step.mark', step: id, outcome: 'done', reason: SOME_REASON },
    },
    {
      word: 'Mark failed…',
      says: 'Say that it failed, and go on with the next step.',
      action: 'Mark it failed',
      command: { type: 'step.mark', step: id, outcome: 'failed', reason: SOME_REASON },
    },
    {
      word: 'Reopen…',
      says: 'Work on it again; what happened stays recorded.',
      action: 'Reopen the step',
      command: { type: 'step.reopen', step: id, reason: SOME_REASON },
    },
    ...(step.blocks.some((block) => block.verb === 'rollback')
      ? [
          {
            word: 'Roll back…',
            says: 'Begin its rollback. Nothing runs until you run it.',
            action: 'Begin the rollback',
            command: { type: 'rollback.begin', step: id, reason: SOME_REASON } as const,
          },
        ]
      : []),
  ]
  const possible = choices.filter(({ command }) => ask(command).allowed)
  return (
    <Panel level={3} title="Other ways to settle this step" onClose={close}>
      <ul className={styles.more}>
        {possible.map((choice, index) => (
          <li key={choice.word}>
            <Action
              hotkey={String(index + 1)}
              onPress={() => askWhy(open, id, choice.command, choice.action)}
            >
              {choice.word}
            </Action>
            <p>{choice.says}</p>
          </li>
        ))}
      </ul>
      {possible.length === 0 ? (
        <p className={styles.hint}>There is nothing else to do with this step now.</p>
      ) : null}
      <Action look="quiet" hotkey="Escape" onPress={close}>
        Cancel
      </Action>
    </Panel>
  )
}

/** How a rollback ended, in a person's words where no block said so. */
export function RollbackResultPanel({ step }: { readonly step: PlanStep }): ReactNode {
  const { perform, ask } = useRun()
  const open = useScreen((screen) => screen.open)
  const close = useScreen((screen) => screen.close)
  const done: Command = { type: 'rollback.complete', step: step.id, outcome: 'done' }
  const failed: Command = {
    type: 'rollback.complete',
    step: step.id,
    outcome: 'failed',
    reason: SOME_REASON,
  }
  const place = { kind: 'step', id: step.id } as const
  return (
    <Panel level={3} title="How did the rollback end?" onClose={close}>
      <div className={styles.actions}>
        <Action
          look="primary"
          hotkey="1"
          verdict={ask(done)}
          onPress={() => void perform(done, place)}
        >
          It is rolled back
        </Action>
        <Action
          look="danger"
          hotkey="2"
          verdict={ask(failed)}
          onPress={() => askWhy(open, step.id, failed, 'The rollback failed')}
        >
          It failed…
        </Action>
        <Action look="quiet" hotkey="Escape" onPress={close}>
          Not yet
        </Action>
      </div>
    </Panel>
  )
}
