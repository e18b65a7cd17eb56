import { useEffect, useRef, type ReactNode } from 'react'
import { STOP_RUNGS } from '../../../../main/core/run/events.ts'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import { RUNG_WORDS } from '../../../../main/core/report/words.ts'
import { Action } from '../parts/action.tsx'
import { Panel } from '../parts/panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './step.module.css'

/** The ladder of stopping, gentlest rung first, each with what it does. The next rung has the focus. */
export function StopPanel({
  block,
  host,
}: {
  readonly block: PlanBlock
  /** Only this one of several; the others go on. */
  readonly host?: string | undefined
}): ReactNode {
  const { state, ask, perform } = useRun()
  const list = useRef<HTMLOListElement>(null)
  const close = useScreen((screen) => screen.close)
  const attempt = state.blocks[block.id]?.attempts.at(-1)
  const several = attempt?.hosts
  const tried = [
    attempt?.stopping,
    host === undefined ? undefined : several?.find((one) => one.host === host)?.stopping,
  ]
  const reached = Math.max(...tried.map((rung) => (rung ? STOP_RUNGS.indexOf(rung) : -1)))
  const target = attempt?.target ?? block.target ?? 'its target'
  const where =
    several === undefined ? target : host === undefined ? `all hosts of ${target}` : `${host} alone`
  const nextRung = STOP_RUNGS[Math.min(reached + 1, STOP_RUNGS.length - 1)]
  // After a rung the next one has the focus: Enter goes on, the panel closes when the command has ended.
  useEffect(() => {
    list.current?.querySelector<HTMLElement>(`[data-rung="${nextRung}"] button`)?.focus()
  }, [nextRung])
  return (
    <Panel level={4} title={`Stop the ${block.verb} on ${where}`} tone="danger" onClose={close}>
      {several === undefined ? null : (
        <p className={styles.hint}>
          {host === undefined
            ? 'Every host that runs now is stopped, and nothing is sent to those that wait.'
            : 'The other hosts go on, and so do the batches after this one as far as the step allows.'}
        </p>
      )}
      <ol ref={list} className={styles.ladder}>
        {STOP_RUNGS.map((rung, index) => {
          const command = {
            type: 'block.stop',
            block: block.id,
            rung,
            ...(host === undefined ? {} : { host }),
          } as const
          return (
            <li key={rung} data-tried={index <= reached ? '' : undefined}>
              <div data-rung={rung}>
                <Action
                  look={rung === nextRung ? 'danger' : 'plain'}
                  verdict={ask(command)}
                  hotkey={String(index + 1)}
                  onPress={() =>
                    void perform(command, { kind: 'block', id: block.id }, { keepPanel: true })
                  }
                >
                  {RUNG_WORDS[rung].word}
                </Action>
              </div>
              <p>
                {RUNG_WORDS[rung].says}
                {index <= reached ? <em> Tried.</em> : null}
              </p>
            </li>
          )
        })}
      </ol>
      <Action look="quiet" hotkey="Escape" onPress={close}>
        Let it run
      </Action>
    </Panel>
  )
}
