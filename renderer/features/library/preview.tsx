import { Play } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import type { LibraryEntry } from '../../../main/contract/requests.ts'
import type { Prose, Runbook, Snippet } from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { addressOf, go } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { agoText, dateTimeText, durationText } from '../../ui/time.ts'
import { DiagnosticsView } from './diagnostics-view.tsx'
import { isDue } from './grouping.ts'
import styles from './library.module.css'
import { StepPreview } from './step-preview.tsx'

const TRUST_WORDS = {
  trusted: 'accepted before, unchanged since',
  new: 'not accepted yet: starting it shows what it executes',
  changed: 'changed since it was accepted: starting it shows what it executes',
} as const

function Words({ parts }: { readonly parts: readonly (Prose | Snippet)[] }): ReactNode {
  return parts.map((part, index) =>
    part.kind === 'prose' ? (
      <Markdown key={index} source={part.markdown} />
    ) : (
      <pre key={index} tabIndex={0} className={styles.snippet}>
        {part.code}
      </pre>
    ),
  )
}

/** What one wants to know before starting it. */
function Facts(props: {
  readonly entry: LibraryEntry
  readonly runbook: Runbook
  readonly now: number
}): ReactNode {
  const { entry, runbook, now } = props
  const { rtoMs, rpoMs } = runbook.objectives
  const objectives = [
    ...(rtoMs === undefined ? [] : [`back within ${durationText(rtoMs)}`]),
    ...(rpoMs === undefined ? [] : [`at most ${durationText(rpoMs)} of data lost`]),
  ]
  return (
    <dl className={styles.about}>
      <dt>Content</dt>
      <dd data-tone={entry.trust === 'changed' ? 'warning' : undefined}>
        {TRUST_WORDS[entry.trust]}
      </dd>
      <dt>Last run</dt>
      <dd>
        {entry.lastRun === undefined ? (
          'never on this laptop'
        ) : (
          <a
            href={addressOf({ screen: 'run', run: entry.lastRun.run })}
            title={dateTimeText(entry.lastRun.startedAt)}
          >
            {entry.lastRun.mode}, {entry.lastRun.phase}, {agoText(entry.lastRun.startedAt, now)}
          </a>
        )}
        {entry.cadence !== undefined && (
          <span data-tone={isDue(entry, now) ? 'warning' : undefined}>
            {' '}
            · to be run {entry.cadence}
            {isDue(entry, now) ? ', now due' : ''}
          </span>
        )}
      </dd>
      {objectives.length > 0 && (
        <>
          <dt>Objectives</dt>
          <dd>{objectives.join(' · ')}</dd>
        </>
      )}
      {runbook.targets.length > 0 && (
        <>
          <dt>Targets</dt>
          <dd>
            {runbook.targets.map((target) => (
              <span key={target.name} className={styles.target}>
                <strong>{target.name}</strong> {target.kind}
                {target.kind === 'local' ? '' : ` ${target.connection}`}
              </span>
            ))}
          </dd>
        </>
      )}
      {runbook.inputs.length > 0 && (
        <>
          <dt>Asks for</dt>
          <dd>{runbook.inputs.map(({ label }) => label).join(' · ')}</dd>
        </>
      )}
    </dl>
  )
}

/** What a runbook is, says and would do. */
export function Preview(props: { readonly entry: LibraryEntry; readonly now: number }): ReactNode {
  const { entry } = props
  const file = useRequest('library.read', { path: entry.path })
  const source = file.value?.source
  const parsed = useMemo(
    () => (source === undefined ? undefined : parseRunbook(source, { name: entry.name })),
    [source, entry.name],
  )
  const [unfolded, setUnfolded] = useState(false)
  const runbook = parsed?.runbook
  return (
    <article className={styles.preview} aria-label={entry.title}>
      <header className={styles.head}>
        <div className={styles.heading}>
          <h1>{entry.title}</h1>
          <p className={styles.facts} title={entry.path}>
            {entry.kind} · {entry.system} · {entry.name}
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
        {file.status === 'loading' && runbook === undefined && (
          <p role="status" className={styles.facts}>
            Reading the runbook…
          </p>
        )}
        {parsed && <DiagnosticsView diagnostics={parsed.diagnostics} />}
        {runbook && (
          <>
            <Facts entry={entry} runbook={runbook} now={props.now} />
            <Words parts={runbook.introduction} />
            {runbook.steps.length > 0 && (
              <button type="button" className={styles.link} onClick={() => setUnfolded(!unfolded)}>
                {unfolded ? 'Fold all steps' : 'Unfold all steps'}
              </button>
            )}
            {runbook.phases.map((phase, index) => (
              <section key={phase.id} className={styles.phase} aria-label={phase.title}>
                {phase.title !== '' && <h2>{phase.title}</h2>}
                <Words parts={phase.prose} />
                {runbook.steps.map((step, at) =>
                  step.phase === index ? (
                    <StepPreview
                      key={`${step.id}/${String(unfolded)}`}
                      step={step}
                      number={at + 1}
                      open={unfolded}
                    />
                  ) : null,
                )}
              </section>
            ))}
          </>
        )}
      </div>
    </article>
  )
}
