import type { ReactNode } from 'react'
import styles from './eight-words.module.css'

/** The eight words of a head, numbered, so that nobody loses their place while one reads and another writes. */
export function EightWords(props: {
  readonly words: readonly string[]
  /** What they stand for. */
  readonly label: string
}): ReactNode {
  return (
    <ol className={styles.words} aria-label={props.label}>
      {props.words.map((word, index) => (
        <li key={index}>{word}</li>
      ))}
    </ol>
  )
}
