import type { ReactNode } from 'react'
import { useScreen } from '../screen/run-context.ts'
import { DOCK_DEFAULT } from '../screen/screen-store.ts'
import styles from './terminal.module.css'

/** Drag, or arrow keys, to give the terminal more or less of the height. */
export function Resizer(): ReactNode {
  const dock = useScreen((screen) => screen.dock)
  const set = useScreen((screen) => screen.set)
  const resize = (share: number): void => {
    const next = Math.min(0.8, Math.max(0.15, share))
    set({ dock: next, dockBefore: next })
  }
  return (
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the terminal"
      aria-valuemin={15}
      aria-valuemax={80}
      aria-valuenow={Math.round((dock === 0 ? DOCK_DEFAULT : dock) * 100)}
      tabIndex={0}
      className={styles.resizer}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') resize(dock + 0.05)
        else if (event.key === 'ArrowDown') resize(dock - 0.05)
        else return
        event.preventDefault()
      }}
      onPointerDown={(event) => {
        const parent = event.currentTarget.parentElement?.parentElement
        if (parent === null || parent === undefined) return
        event.currentTarget.setPointerCapture(event.pointerId)
        event.preventDefault()
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const area = event.currentTarget.parentElement?.parentElement?.getBoundingClientRect()
        if (area !== undefined && area.height > 0)
          resize((area.bottom - event.clientY) / area.height)
      }}
    />
  )
}
