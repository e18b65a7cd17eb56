import { Hourglass, KeyRound, ShieldQuestion } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Answer, Question } from '../../../main/contract/prompts.ts'
import { programWaitText } from '../../../main/core/connection/waiting.ts'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { wordsOf } from '../../ui/words.ts'
import { promptsStore, type OpenPrompt } from './prompts-store.ts'
import styles from './prompts.module.css'

/**
 * What a connection needs from a person: a password, a code, or whether an unknown host is the right one. It stands
 * below the band and beside everything else, so that no clock is covered and nothing has to wait for it.
 */
export function Prompts(): ReactNode {
  const open = useStore(promptsStore, (state) => state.open)
  const [first] = open
  return (
    <>
      <Waits />
      {first === undefined ? null : (
        <section
          className={styles.prompts}
          aria-label="A connection asks"
          role="alertdialog"
          data-region="prompts"
        >
          <Prompt key={first.prompt} open={first} more={open.length - 1} />
        </section>
      )}
    </>
  )
}

/** Programs that are waited for, in words: what they want from a person stands on a screen of their own. */
function Waits(): ReactNode {
  const waits = useStore(promptsStore, (state) => state.waits)
  return (
    <div role="status" className={styles.waits}>
      {waits.map(({ wait, for: program }) => (
        <p key={wait}>
          <Hourglass size={16} aria-hidden />
          {programWaitText(program)}
        </p>
      ))}
    </div>
  )
}

function Prompt({ open, more }: { readonly open: OpenPrompt; readonly more: number }): ReactNode {
  const { prompt, question } = open
  const [problem, setProblem] = useState<string>()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    const before = document.activeElement
    // Somebody who types goes on typing: what was meant for a note must not become a password. F6 leads here.
    const typing =
      before instanceof HTMLElement &&
      (before.matches('input, textarea, select') || before.closest('.xterm') !== null)
    // Never on a button: the Enter that was meant for something else must not accept a host key.
    if (!typing) (form.current?.querySelector<HTMLElement>('input') ?? form.current)?.focus()
    return () => {
      // Keys go on where they were, unless the person has moved on.
      if (before instanceof HTMLElement && document.activeElement === document.body) before.focus()
    }
  }, [])

  async function answer(given: Answer): Promise<void> {
    try {
      await client.request('prompts.answer', { prompt, answer: given })
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }
  const decline = (): void =>
    void answer({ kind: 'declined', why: 'It was declined at the window.' })

  return (
    <form
      ref={form}
      tabIndex={-1}
      className={styles.prompt}
      autoComplete="off"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        decline()
      }}
      onSubmit={(event) => {
        event.preventDefault()
        if (question.kind !== 'secret') return
        const data = new FormData(event.currentTarget)
        const values = question.prompts.map((_field, index) => {
          const value = data.get(String(index))
          return typeof value === 'string' ? value : ''
        })
        void answer({ kind: 'secret', values })
      }}
    >
      <h2>
        {question.kind === 'secret' ? (
          <KeyRound size={20} aria-hidden />
        ) : (
          <ShieldQuestion size={20} aria-hidden />
        )}
        <small>Needed to connect:</small> {question.title}
        {more > 0 && <small>and {more} more after this</small>}
      </h2>
      {question.kind === 'secret' ? (
        <SecretFields question={question} />
      ) : (
        <HostKey question={question} />
      )}
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
      <div className={styles.actions}>
        {question.kind === 'secret' ? (
          <Button type="submit" look="primary">
            Send
          </Button>
        ) : (
          <>
            <Button onClick={() => void answer({ kind: 'host-key', accept: 'once' })}>
              It is right, this time
            </Button>
            <Button onClick={() => void answer({ kind: 'host-key', accept: 'remember' })}>
              It is right, remember it
            </Button>
          </>
        )}
        <Button onClick={decline}>
          {question.kind === 'secret' ? 'Do not connect' : 'No, stop'}
        </Button>
      </div>
    </form>
  )
}

function SecretFields({
  question,
}: {
  readonly question: Extract<Question, { kind: 'secret' }>
}): ReactNode {
  return (
    <>
      {question.instructions !== undefined && (
        <pre className={styles.said} aria-label="What the server says">
          {question.instructions}
        </pre>
      )}
      <div className={styles.fields}>
        {question.prompts.map(({ label, masked }, index) => (
          <Field key={`${index}-${label}`} label={label}>
            {({ id, describedBy }) => (
              <input
                id={id}
                name={String(index)}
                aria-describedby={describedBy}
                type={masked ? 'password' : 'text'}
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Field>
        ))}
      </div>
    </>
  )
}

function HostKey({
  question,
}: {
  readonly question: Extract<Question, { kind: 'host-key' }>
}): ReactNode {
  return (
    <>
      <p>
        <strong>{question.host}</strong> shows a key that is not in known_hosts. Compare it with
        what whoever runs the host has told you. Nothing was sent yet.
      </p>
      <p className={styles.key}>
        {question.keyType}
        <code>{question.fingerprint}</code>
      </p>
      {question.known.length > 0 && (
        <ul className={styles.known}>
          {question.known.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  )
}
