import { useState, type ReactNode } from 'react'
import type { Command } from '../../../../main/core/run/commands.ts'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { targetOf } from '../../../../main/core/run/rules.ts'
import { dateTimeText } from '../model/duration.ts'
import { utcText } from '../../../../main/core/report/duration.ts'
import { outcomeText } from '../../../../main/core/report/words.ts'
import { Action } from '../parts/action.tsx'
import { Panel, ReasonForm } from '../parts/panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { openTerminal } from '../terminal/open-terminal.ts'
import { runBlock, targetFor } from './block-commands.ts'
import styles from './step.module.css'

type Choice = 'done' | 'failed' | 'again'

/** A block of which nobody knows how it ended: what it was, where, since when, and the four ways on. */
export function ResolvePanel(props: {
  readonly step: PlanStep
  readonly block: PlanBlock
}): ReactNode {
  const { block, step } = props
  const view = useRun()
  const close = useScreen((screen) => screen.close)
  const [choice, setChoice] = useState<Choice | undefined>()
  const at = view.state.blocks[block.id]
  const attempt = at?.attempts.at(-1)
  if (attempt === undefined) return null
  const unknown = at?.status === 'unknown'
  const check = step.blocks.find((one) => one.verb === 'check' && one.id !== block.id)
  const place = { kind: 'block', id: block.id } as const
  const target = targetFor(view, step, block) ?? attempt.target
  const kind = view.state.plan.targets.find((one) => one.name === attempt.target)?.kind
  const hasShell = kind === 'local' || kind === 'ssh' || attempt.target === 'local'

  const send = (reason: string): void => {
    if (choice === undefined) return
    const command: Command =
      choice === 'again'
        ? {
            type: 'block.run',
            block: block.id,
            reason,
            ...(targetOf(step, block) === undefined ? { target } : {}),
          }
        : { type: 'block.resolve', block: block.id, as: choice, reason }
    void view.perform(command, place)
  }

  return (
    <Panel
      level={4}
      title={unknown ? 'Nobody knows how this ended' : 'Settle this by hand'}
      tone={unknown ? 'unknown' : 'plain'}
      onClose={close}
    >
      <dl className={styles.facts}>
        <dt>What was running</dt>
        <dd>
          <pre className={styles.expected}>{attempt.text}</pre>
        </dd>
        <dt>Where</dt>
        <dd>{attempt.target}</dd>
        <dt>Since</dt>
        <dd title={utcText(attempt.startedAt)}>
          {dateTimeText(attempt.startedAt)}, started by {attempt.actor}
        </dd>
        {attempt.outcome === undefined ? null : (
          <>
            <dt>What is known</dt>
            <dd>It {outcomeText(attempt.outcome)}.</dd>
          </>
        )}
      </dl>
      {unknown ? (
        <p className={styles.hint}>
          It may have done all of its work, part of it, or none. Look first; then say what you
          found.
        </p>
      ) : null}
      {choice === undefined ? (
        <div className={styles.choices}>
          {check === undefined ? null : (
            <Action onPress={() => runBlock(view, step, check)} hotkey="1">
              Check first: run the step’s own check
            </Action>
          )}
          {hasShell ? (
            <Action hotkey="2" onPress={() => void openTerminal(view, attempt.target)}>
              Check first: open a terminal on {attempt.target}
            </Action>
          ) : null}
          <Action hotkey="3" onPress={() => setChoice('done')}>
            It is done…
          </Action>
          <Action hotkey="4" onPress={() => setChoice('failed')}>
            It failed…
          </Action>
          <Action hotkey="5" look="danger" onPress={() => setChoice('again')}>
            Run it again…
          </Action>
          <Action look="quiet" hotkey="Escape" onPress={close}>
            Leave it for now
          </Action>
        </div>
      ) : (
        <ReasonForm
          key={choice}
          label={
            choice === 'done'
              ? 'How do you know that it is done?'
              : choice === 'failed'
                ? 'How do you know that it failed?'
                : 'Why is it safe to run it again?'
          }
          action={
            choice === 'done'
              ? 'Mark it done'
              : choice === 'failed'
                ? 'Mark it failed'
                : `Run it again on ${target}`
          }
          look={choice === 'again' ? 'danger' : 'primary'}
          onSubmit={send}
          onCancel={() => setChoice(undefined)}
        />
      )}
    </Panel>
  )
}
