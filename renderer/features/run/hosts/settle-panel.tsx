import { useState, type ReactNode } from 'react'
import { utcText } from '../../../../main/core/report/duration.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import { outcomeText } from '../../../../main/core/report/words.ts'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { counted } from '../../../ui/counted.ts'
import { dateTimeText } from '../model/duration.ts'
import { toSettle, type ToSettle } from '../model/hosts.ts'
import { Action } from '../parts/action.tsx'
import { Panel, ReasonForm } from '../parts/panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { runBlock, runCommand } from '../step/block-commands.ts'
import { openTerminal } from '../terminal/open-terminal.ts'
import styles from './hosts.module.css'
import forms from '../step/step.module.css'

type Choice = 'done' | 'failed' | 'again'

/** One host, or those like it, of which nobody knows what a block did there, or where it failed. */
export function SettlePanel(props: {
  readonly step: PlanStep
  readonly block: PlanBlock
  /** The one that was chosen; otherwise the first there is. */
  readonly host: string | undefined
}): ReactNode {
  const { block, step } = props
  const view = useRun()
  const close = useScreen((screen) => screen.close)
  const looked = useScreen((screen) => screen.hosts[block.id])
  const [choice, setChoice] = useState<Choice>()
  const [alike, setAlike] = useState(false)
  const [sending, setSending] = useState(false)
  const open = toSettle(view.state, block.id)
  // What it is about stays, also while the answers for several come in.
  const [one] = useState(() => {
    const named = (name: string | undefined): ToSettle | undefined =>
      open.find(({ host }) => host.host === name)
    const nobodyKnows = open.filter(({ host }) => host.status === 'unknown')
    return (
      named(props.host) ??
      nobodyKnows.find(({ host }) => host.host === looked) ??
      nobodyKnows[0] ??
      named(looked) ??
      open[0]
    )
  })
  if (one === undefined) return null
  const { host, attempt } = one
  const name = shownLine(host.host)
  const unknown = host.status === 'unknown'
  const others = open.filter(
    (other) => other.host.host !== host.host && other.host.status === host.status,
  )
  const meant = alike ? [one, ...others] : [one]
  const where = alike ? counted(meant.length, 'host') : name
  const check = step.blocks.find((other) => other.verb === 'check' && other.id !== block.id)
  const place = { kind: 'block', id: block.id } as const

  const send = async (reason: string): Promise<void> => {
    if (choice === undefined || sending) return
    const hosts = meant.map((each) => each.host.host)
    if (choice === 'again') {
      await view.perform({ ...runCommand(view, step, block, true), hosts, reason }, place)
      return
    }
    setSending(true)
    for (const [index, each] of hosts.entries()) {
      // Each host has an event of its own; the panel stays until the last one is recorded.
      const keepPanel = index < hosts.length - 1
      const done = await view.perform(
        { type: 'block.resolve', block: block.id, host: each, as: choice, reason },
        place,
        { keepPanel },
      )
      if (!done) break
    }
    setSending(false)
  }

  return (
    <Panel
      level={4}
      title={unknown ? `Nobody knows how this ended on ${name}` : `Settle ${name} by hand`}
      tone={unknown ? 'unknown' : 'plain'}
      onClose={close}
    >
      <dl className={forms.facts}>
        <dt>What was running</dt>
        <dd>
          <pre className={forms.expected}>{attempt.text}</pre>
        </dd>
        <dt>Where</dt>
        <dd>
          <strong>{name}</strong>, one of the hosts of {attempt.target}
        </dd>
        <dt>Since</dt>
        <dd title={utcText(host.startedAt ?? attempt.startedAt)}>
          {dateTimeText(host.startedAt ?? attempt.startedAt)}, started by {attempt.actor}
        </dd>
        <dt>What is known</dt>
        <dd>
          {host.outcome === undefined
            ? 'It was sent; no end of it was seen.'
            : `It ${shownLine(outcomeText(host.outcome))}.`}
        </dd>
      </dl>
      {unknown ? (
        <p className={forms.hint}>
          It may have done all of its work there, part of it, or none. Look first; then say what you
          found.
        </p>
      ) : null}
      {others.length === 0 ? null : (
        <Alike others={others} unknown={unknown} checked={alike} onChange={setAlike} />
      )}
      {choice === undefined ? (
        <div className={forms.choices}>
          {check === undefined ? null : (
            <Action onPress={() => runBlock(view, step, check)} hotkey="1">
              Check first: run the step’s own check
            </Action>
          )}
          <Action hotkey="2" onPress={() => void openTerminal(view, attempt.target, host.host)}>
            Check first: open a terminal on {name}
          </Action>
          <Action hotkey="3" onPress={() => setChoice('done')}>
            It is done there…
          </Action>
          <Action hotkey="4" onPress={() => setChoice('failed')}>
            It failed there…
          </Action>
          <Action hotkey="5" look="danger" onPress={() => setChoice('again')}>
            Run it there again…
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
              ? `How do you know that it is done on ${where}?`
              : choice === 'failed'
                ? `How do you know that it failed on ${where}?`
                : `Why is it safe to run it on ${where} again?`
          }
          action={
            choice === 'done'
              ? `Mark ${where} done`
              : choice === 'failed'
                ? `Mark ${where} failed`
                : `Run it again on ${where}`
          }
          look={choice === 'again' ? 'danger' : 'primary'}
          onSubmit={(reason) => void send(reason)}
          onCancel={() => setChoice(undefined)}
        />
      )}
    </Panel>
  )
}

/** Offers to say the same of all hosts in the same state. */
function Alike(props: {
  readonly others: readonly ToSettle[]
  readonly unknown: boolean
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}): ReactNode {
  const { others } = props
  const names = others.map(({ host }) => shownLine(host.host)).join(', ')
  return (
    <label className={styles.alike}>
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <span>
        The same for the other {counted(others.length, 'host')}{' '}
        {props.unknown ? 'of which nobody knows' : 'where it failed'}:{' '}
        <span className={styles.quiet}>{names}</span>
      </span>
    </label>
  )
}
