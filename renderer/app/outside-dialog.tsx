import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { answerToOpen, outsideStore } from '../ui/open-outside.ts'
import styles from './app.module.css'

/** Asks before an address is opened outside, and shows all of it. */
export function OutsideDialog(): ReactNode {
  const address = useStore(outsideStore, (state) => state.address)
  if (address === undefined) return null
  return (
    <Dialog
      className={styles.dialog}
      label="Open outside Muster"
      onClose={() => answerToOpen(false)}
    >
      <h2>Open this outside Muster?</h2>
      <p className={styles.address}>{address}</p>
      <div className={styles.actions}>
        <Button onClick={() => answerToOpen(false)}>Stay here</Button>
        <Button look="primary" onClick={() => answerToOpen(true)}>
          Open
        </Button>
      </div>
    </Dialog>
  )
}
