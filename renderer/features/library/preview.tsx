import { Play } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import type { LibraryEntry } from '../../../main/contract/requests.ts'
import {
  blocksOf,
  itemsOf,
  type ParsedRunbook,
  type Step,
} from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { go } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import styles from './library.module.css'

function StepPreview({ step }: { readonly step: Step }): ReactNode {
  const items = itemsOf(step).length
  const blocks = blocksOf(step)
  return (
    <details className={styles.step}>
      <summary>
        <span className={styles.stepTitle}>{step.title}</span>
        <span className={styles.facts}>
          {step.risk !== 'safe' && <strong data-risk={step.risk}>{step.risk}</strong>}
          {step.decide && 'decision'}
          {items > 0 && `${items} item${items === 1 ? '' : 's'}`}
          {blocks.length > 0 && `${blocks.length} command${blocks.length === 1 ? '' : 's'}`}
        </span>
      </summary>
      {step.content.map((part, index) => {
        switch (part.kind) {
          case 'prose':
            return <Markdown key={index} source={part.markdown} />
          case 'items':
            return (
              <ul key={index} className={styles.items}>
                {part.items.map((item) => (
                  <li key={item.id}>
                    <Markdown source={item.text} inline />
                  </li>
                ))}
              </ul>
            )
          case 'block':
            return (
              <figure key={index} className={styles.code}>
                <figcaption>
                  {part.verb} · {part.language}{' '}
                  {part.target === undefined ? '' : `on ${part.target}`}
                </figcaption>
                <pre tabIndex={0}>{part.code}</pre>
              </figure>
            )
          case 'snippet':
            return (
              <pre key={index} tabIndex={0} className={styles.snippet}>
                {part.code}
              </pre>
            )
        }
      })}
    </details>
  )
}

function Diagnostics({ parsed }: { readonly parsed: ParsedRunbook }): ReactNode {
  if (parsed.diagnostics.length === 0) return null
  return (
    <section className={styles.diagnostics} aria-label="What is to be said about this file">
      {parsed.diagnostics.map((diagnostic, index) => (
        <p key={index} data-severity={diagnostic.severity}>
          <code>
            {diagnostic.range.start.line}:{diagnostic.range.start.column}
          </code>{' '}
          <strong>{diagnostic.severity}</strong> {diagnostic.message} <code>{diagnostic.code}</code>
        </p>
      ))}
    </section>
  )
}

/** What a runbook is, says and would do. */
export function Preview({ entry }: { readonly entry: LibraryEntry }): ReactNode {
  const file = useRequest('library.read', { path: entry.path })
  const source = file.value?.source
  const parsed = useMemo(
    () => (source === undefined ? undefined : parseRunbook(source, { name: entry.name })),
    [source, entry.name],
  )
  const runbook = parsed?.runbook
  return (
    <article className={styles.preview} aria-label={entry.title}>
      <header className={styles.head}>
        <div>
          <h1>{entry.title}</h1>
          <p className={styles.facts}>
            {entry.kind} · {entry.system} · <span title={entry.path}>{entry.name}</span> ·{' '}
            {entry.trust === 'trusted'
              ? 'trusted'
              : entry.trust === 'new'
                ? 'not run before'
                : 'changed since it was trusted'}
          </p>
        </div>
        <Button
          look="primary"
          disabled={entry.errors > 0}
          title={entry.errors > 0 ? 'A runbook with errors cannot be started.' : undefined}
          onClick={() => go({ screen: 'start', path: entry.path })}
        >
          <Play size={16} aria-hidden /> Start…
        </Button>
      </header>
      <div className={styles.body} tabIndex={0} role="region" aria-label="Content">
        {file.status === 'failed' && (
          <p role="alert" className={styles.problem}>
            {file.problem}
          </p>
        )}
        {parsed && <Diagnostics parsed={parsed} />}
        {runbook?.introduction.map((part, index) =>
          part.kind === 'prose' ? (
            <Markdown key={index} source={part.markdown} />
          ) : (
            <pre key={index} tabIndex={0} className={styles.snippet}>
              {part.code}
            </pre>
          ),
        )}
        {runbook?.phases.map((phase, index) => (
          <section key={phase.id} className={styles.phase}>
            {phase.title !== '' && <h2>{phase.title}</h2>}
            {phase.prose.map((part, at) =>
              part.kind === 'prose' ? (
                <Markdown key={at} source={part.markdown} />
              ) : (
                <pre key={at}>{part.code}</pre>
              ),
            )}
            {runbook.steps
              .filter((step) => step.phase === index)
              .map((step) => (
                <StepPreview key={step.id} step={step} />
              ))}
          </section>
        ))}
      </div>
    </article>
  )
}
