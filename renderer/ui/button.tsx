import type { ButtonHTMLAttributes, ReactNode } from 'react'
import styles from './controls.module.css'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet'
}

/** A button that says what it does. */
export function Button({ look = 'plain', type = 'button', ...rest }: ButtonProps): ReactNode {
  // The linter cannot see that the type is one of the three.
  return (
    <button
      {...rest}
      type={type === 'submit' ? 'submit' : 'button'}
      className={styles.button}
      data-look={look}
    />
  )
}
