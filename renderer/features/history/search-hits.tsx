import type { ReactNode } from 'react'
import type { SearchHit } from '../../../main/contract/requests.ts'
import { addressOf } from '../../app/route.ts'
import type { Loaded } from '../../app/use-request.ts'
import { counted } from '../../ui/counted.ts'
import { dateTimeText, utcText } from '../../ui/time.ts'
import { excerptParts } from './excerpt.ts'
import styles from './history.module.css'

const WHERE_WORDS: Readonly<Record<string, string>> = {
  run: 'in the run',
  note: 'in a note',
  output: 'in the output of a command',
}

function Hit({ hit }: { readonly hit: SearchHit }): ReactNode {
  return (
    <li>
      <a
        href={addressOf({
          screen: 'run',
          run: hit.run,
          ...(hit.step !== undefined && { step: hit.step }),
        })}
      >
        {hit.title}
      </a>
      <span className={styles.quiet} title={utcText(hit.startedAt)}>
        {dateTimeText(hit.startedAt)} · {WHERE_WORDS[hit.where] ?? `in ${hit.where}`}
        {hit.step === undefined ? '' : ` · step ${hit.step}`}
      </span>
      <p className={styles.excerpt}>
        {excerptParts(hit.excerpt).map((part, index) =>
          part.match ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
        )}
      </p>
    </li>
  )
}

function words(hits: Loaded<readonly SearchHit[]>, query: string): string {
  if (hits.status === 'failed') return `The search failed. ${hits.problem}`
  if (hits.value === undefined) return 'Searching…'
  return hits.value.length === 0
    ? `Nothing recorded says “${query}”.`
    : `Found in ${counted(hits.value.length, 'place')}`
}

/** What was found, with the words around it; each leads to its step. */
export function SearchHits(props: {
  readonly hits: Loaded<readonly SearchHit[]>
  readonly query: string
}): ReactNode {
  return (
    <div className={styles.found} role="region" aria-label="Found" tabIndex={0}>
      <p role="status" className={styles.quiet}>
        {words(props.hits, props.query)}
      </p>
      <ul className={styles.hits}>
        {(props.hits.value ?? []).map((hit, index) => (
          <Hit key={index} hit={hit} />
        ))}
      </ul>
    </div>
  )
}
