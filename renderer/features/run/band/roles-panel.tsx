import { own } from '../../../../main/core/own.ts'
import { useId, useState, type ReactNode } from 'react'
import { Action } from '../parts/action.tsx'
import { Panel } from '../parts/panel.tsx'
import { PersonField } from '../parts/person-field.tsx'
import { briefOf } from '../model/brief.ts'
import { useRun } from '../screen/run-context.ts'
import { useNow } from '../screen/use-now.ts'
import styles from './band.module.css'

/** Who holds which role, and handing one over: offered with a brief, and accepted by the other. */
export function RolesPanel(): ReactNode {
  const { state, perform, screen } = useRun()
  const { close } = screen.getState()
  const roles = [...new Set(['commander', ...state.plan.roles, ...Object.keys(state.roles)])]
  const [role, setRole] = useState('commander')
  const [to, setTo] = useState('')
  const [brief, setBrief] = useState<string | undefined>()
  const id = useId()
  const now = useNow()
  const suggested = briefOf(state, now)
  const offer = async (): Promise<void> => {
    if (to.trim() === '') return
    const accepted = await perform(
      { type: 'role.offer', role, to: to.trim(), brief: brief ?? suggested },
      { kind: 'run' },
      { keepPanel: true },
    )
    if (accepted) {
      const { people, set } = screen.getState()
      set({ people: [...new Set([...people, to.trim()])] })
      setTo('')
      setBrief(undefined)
    }
  }
  return (
    <Panel level={2} title="Roles and handover" onClose={close}>
      <div className={styles.roles}>
        <table className={styles.holders}>
          <thead>
            <tr>
              <th scope="col">Role</th>
              <th scope="col">Held by</th>
              <th scope="col">Offered to</th>
            </tr>
          </thead>
          <tbody>
            {roles.map((one) => {
              const pending = own(state.offers, one)
              return (
                <tr key={one}>
                  <th scope="row">{one}</th>
                  <td>{own(state.roles, one) ?? '–'}</td>
                  <td>
                    {pending === undefined ? (
                      '–'
                    ) : (
                      <>
                        {pending.to}: “{pending.brief}”{' '}
                        <Action
                          look="primary"
                          onPress={() =>
                            void perform(
                              { type: 'role.accept', role: one, by: pending.to },
                              { kind: 'run' },
                              { keepPanel: true },
                            )
                          }
                        >
                          Accept as {pending.to}
                        </Action>
                      </>
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
        <form
          className={styles.handover}
          aria-label="Hand a role over"
          onSubmit={(event) => {
            event.preventDefault()
            void offer()
          }}
        >
          <div className={styles.row}>
            <div className={styles.fieldRow}>
              <label htmlFor={`${id}-role`}>Role</label>
              <select
                id={`${id}-role`}
                className={styles.select}
                value={role}
                onChange={(event) => setRole(event.target.value)}
              >
                {roles.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </div>
            <PersonField label="Hand over to" value={to} onChange={setTo} autoFocus />
          </div>
          <label htmlFor={`${id}-brief`}>Brief: what they need to know</label>
          <textarea
            id={`${id}-brief`}
            className={styles.briefField}
            rows={4}
            value={brief ?? suggested}
            onChange={(event) => setBrief(event.target.value)}
          />
          <div className={styles.row}>
            <Action look="primary" busy={to.trim() === ''} onPress={() => void offer()}>
              Offer {role}
              {to.trim() === '' ? '' : ` to ${to.trim()}`}
            </Action>
            <Action look="quiet" hotkey="Escape" onPress={close}>
              Close
            </Action>
          </div>
        </form>
      </div>
    </Panel>
  )
}
