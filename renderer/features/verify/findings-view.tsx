import { CircleCheck, CircleHelp, CircleX, EyeOff, ShieldCheck, ShieldX } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { wordsOf } from '../../../main/core/evidence/words.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { counted } from '../../ui/counted.ts'
import { EightWords } from '../../ui/eight-words.tsx'
import { keyName, signedWords, verdictOf, witnessWords } from './findings-words.ts'
import type { Findings } from './record.ts'
import styles from './verify.module.css'

const MOST = 50

/**
 * Everything a check found out: the verdict first, and what it cannot tell as plainly as what it can. Each result is one
 * of its own: it is given a key.
 */
export function FindingsView({ of }: { readonly of: Findings }): ReactNode {
  const { ok, run, events, outputs, head, problems, redacted, witnesses, unknown, signed } = of
  const verdict = useRef<HTMLParagraphElement>(null)
  // Who pressed Verify hears the answer, and goes on reading from there.
  useEffect(() => verdict.current?.focus(), [])
  return (
    <section className={styles.findings} aria-label="Result">
      <p
        ref={verdict}
        tabIndex={-1}
        role="status"
        className={styles.verdict}
        data-tone={ok ? 'good' : 'bad'}
      >
        {ok ? <ShieldCheck aria-hidden size="1.4em" /> : <ShieldX aria-hidden size="1.4em" />}
        <strong>{verdictOf(of)}</strong>
      </p>
      {problems.length > 0 && (
        <>
          <h2>What does not hold</h2>
          <ul className={styles.list} data-tone="bad">
            {problems.slice(0, MOST).map(({ seq, message }, index) => (
              <li key={index}>
                <CircleX aria-hidden size="1em" />
                <span>
                  {seq === undefined || message.startsWith(`Event ${seq} `) ? '' : `Event ${seq}: `}
                  {shownLine(message)}
                </span>
              </li>
            ))}
          </ul>
          {problems.length > MOST && <p>… and {problems.length - MOST} more.</p>}
        </>
      )}
      <h2>What was checked</h2>
      <dl className={styles.facts}>
        <dt>Run</dt>
        <dd>
          <code>{shownLine(run)}</code>
        </dd>
        <dt>Events</dt>
        <dd>
          {counted(events, 'event')} in one chain, {counted(outputs, 'recorded output')}
        </dd>
        <dt>Signatures</dt>
        <dd>
          {signedWords(of)}
          {signed.keys.map((key) => (
            <div key={key}>
              <code title={shownLine(key)}>{shownLine(keyName(key))}</code>
            </div>
          ))}
        </dd>
        <dt>Head</dt>
        <dd>
          <code className={styles.head}>{head}</code>
          <EightWords words={wordsOf(head)} label="The head in words" />
        </dd>
      </dl>
      <h2>Witnesses</h2>
      {witnesses.length === 0 ? (
        <p className={styles.quiet}>
          Nobody outside of this record vouches for it: whoever holds the key could have written it
          anew.
        </p>
      ) : (
        <ul className={styles.list}>
          {witnesses.slice(0, MOST).map((witness, index) => {
            const { text, tone } = witnessWords(witness)
            const Icon = tone === 'good' ? CircleCheck : CircleHelp
            return (
              <li key={index} data-tone={tone}>
                <Icon aria-hidden size="1em" />
                <span>{shownLine(text)}</span>
              </li>
            )
          })}
        </ul>
      )}
      {redacted.length > 0 && (
        <>
          <h2>What was taken out</h2>
          <ul className={styles.list}>
            {redacted.map(({ seq, event, by, kind, reason }) => (
              <li key={seq} data-tone="warning">
                <EyeOff aria-hidden size="1em" />
                <span>
                  {shownLine(by)} took an output of event {event} out ({shownLine(kind)}): “
                  {shownLine(reason)}”. Event {seq} says so.
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>What cannot be known from this</h2>
      <ul className={styles.list}>
        {[...unknown, ...ALWAYS_UNKNOWN].map((text) => (
          <li key={text} data-tone="unknown">
            <CircleHelp aria-hidden size="1em" />
            <span>{shownLine(text)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** True of every log. */
const ALWAYS_UNKNOWN: readonly string[] = [
  'Whether the people named in it sat at the keyboard, did what they confirmed, or worked outside of Muster as well.',
]
