import type { ReactNode } from 'react'
import { useRequest } from '../../app/use-request.ts'
import styles from './connections.module.css'

/** Where a secret comes from. There is no field that a secret itself could be typed into. */

const WORDS = {
  '': 'not needed',
  ask: 'asked when it is needed',
  env: 'an environment variable',
  command: "a command's first line",
  keychain: 'the keychain of this computer',
} as const
type Word = keyof typeof WORDS

const DETAILS: Readonly<
  Record<Word, { readonly label: string; readonly example: string } | undefined>
> = {
  '': undefined,
  ask: undefined,
  env: { label: 'Name of the variable', example: 'ORDERS_PASSWORD' },
  command: { label: 'Program and arguments', example: 'op read op://ops/orders/password' },
  keychain: { label: 'Name of the entry', example: 'orders' },
}

const HINTS: Readonly<Record<Word, string | undefined>> = {
  '': undefined,
  ask: 'Kept in memory until Muster ends.',
  env: 'Of the process that Muster runs in.',
  command: 'Run without a shell, each time Muster starts anew.',
  keychain: 'Stored at the foot of this page.',
}

function isWord(text: string): text is Word {
  return Object.hasOwn(WORDS, text)
}

function split(value: string): { readonly word: Word; readonly rest: string } {
  const at = value.indexOf(' ')
  const word = at === -1 ? value : value.slice(0, at)
  return { word: isWord(word) ? word : '', rest: at === -1 ? '' : value.slice(at + 1) }
}

export function sourceHint(value: string): string | undefined {
  return HINTS[split(value).word]
}

export function SourceChoice(props: {
  readonly id: string
  readonly describedBy: string
  readonly invalid: boolean
  readonly label: string
  /** `ask`, `env NAME`, `command PROGRAM ARGUMENT…`, `keychain NAME`, or nothing. */
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactNode {
  const { word, rest } = split(props.value)
  const keychain = useRequest('keychain.state', {}).value
  const usable = keychain !== undefined && keychain.unusable === undefined
  const details = DETAILS[word]
  return (
    <div className={styles.source}>
      <select
        id={props.id}
        aria-describedby={props.describedBy}
        value={word}
        onChange={(event) => {
          const chosen = event.target.value
          if (isWord(chosen))
            props.onChange(DETAILS[chosen] === undefined ? chosen : `${chosen} ${rest}`)
        }}
      >
        {Object.entries(WORDS)
          // Not every host has a keychain; an entry that is there already stays.
          .filter(([one]) => one !== 'keychain' || usable || word === 'keychain')
          .map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
      </select>
      {details === undefined ? null : (
        <input
          aria-label={`${props.label}: ${details.label}`}
          aria-describedby={props.describedBy}
          aria-invalid={props.invalid}
          placeholder={details.example}
          spellCheck={false}
          value={rest}
          onChange={(event) => props.onChange(`${word} ${event.target.value}`)}
        />
      )}
    </div>
  )
}
