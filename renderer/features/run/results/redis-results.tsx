import { Check, CircleHelp, CircleSlash, X, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RedisFacts } from '../../../../main/core/run/events.ts'
import { counted } from '../../../ui/counted.ts'
import { shownLine, shownText } from '../../../../main/core/report/hostile.ts'
import styles from './results.module.css'

type RedisCommand = RedisFacts['commands'][number]

const STATES: Readonly<
  Record<RedisCommand['state'], { readonly icon: LucideIcon; readonly word: string }>
> = {
  answered: { icon: Check, word: 'answered' },
  error: { icon: X, word: 'error' },
  unknown: { icon: CircleHelp, word: 'sent, no answer: it may have taken effect' },
  'not-sent': { icon: CircleSlash, word: 'not sent' },
}

/** Each command of a block with its own end; the reply as JSON on demand. */
export function RedisResults({ facts }: { readonly facts: RedisFacts }): ReactNode {
  return (
    <div role="group" className={styles.results} aria-label="Replies">
      <p className={styles.where}>Redis at {facts.server}</p>
      <ol className={styles.commands}>
        {facts.commands.map((command) => (
          <Command key={command.line} command={command} />
        ))}
      </ol>
      {facts.more === undefined ? null : (
        <p className={styles.quiet}>
          {counted(facts.more, 'more command')}; the recorded output has all of them.
        </p>
      )}
    </div>
  )
}

function Command({ command }: { readonly command: RedisCommand }): ReactNode {
  const { icon: Icon, word } = STATES[command.state]
  return (
    <li data-state={command.state}>
      <Icon aria-hidden size="1em" />
      <div>
        <code>{shownLine(command.text)}</code>{' '}
        <span className={styles.quiet}>
          {word}
          {command.durationMs === undefined ? '' : `, ${command.durationMs} ms`}
          {command.node === undefined ? '' : `, by ${command.node}`}
        </span>
        {command.error === undefined ? null : (
          <p className={styles.bad}>{shownText(command.error)}</p>
        )}
        {command.reply === undefined ? null : (
          <details>
            <summary>Reply as JSON</summary>
            <pre tabIndex={0}>{shownText(command.reply)}</pre>
          </details>
        )}
      </div>
    </li>
  )
}
