import type { ReactNode } from 'react'
import styles from './controls.module.css'

/** A key as it is printed on the keyboard. */
export function Key({ children }: { readonly children: ReactNode }): ReactNode {
  return <kbd className={styles.key}>{children}</kbd>
}
