import { useMemo, useState, type ReactNode } from 'react'
import type { RequestResult } from '../../../main/contract/requests.ts'
import { addressOf } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { counted } from '../../ui/counted.ts'
import { Button } from '../../ui/button.tsx'
import { stopAfter, stopBefore, stopsOf, type Stop } from './model/outline.ts'
import { Outline } from './outline.tsx'
import { PlayerView } from './player-view.tsx'
import styles from './recording.module.css'

type List = RequestResult<'recordings.list'>

/** What was recorded in a run, to watch: every block, host and terminal, one after the other. */
export function RecordingScreen(props: {
  readonly run: string
  /** The event or the recording it begins with. */
  readonly of: string | number | undefined
}): ReactNode {
  const { run, of } = props
  const [first, setFirst] = useState<number>()
  const list = useRequest('recordings.list', {
    run,
    ...(first === undefined
      ? of !== undefined && { of: typeof of === 'number' ? { event: of } : { label: of } }
      : { first }),
  })
  if (list.status === 'failed')
    return (
      <p role="alert" className={styles.alone}>
        What was recorded in this run cannot be read: {list.problem}{' '}
        <a href={addressOf({ screen: 'runs' })}>All runs</a>
      </p>
    )
  if (list.value === undefined)
    return (
      <p role="status" className={styles.alone}>
        Reading what was recorded…
      </p>
    )
  return <Recordings key={list.value.first} run={run} list={list.value} onFirst={setFirst} />
}

function Recordings(props: {
  readonly run: string
  readonly list: List
  /** Shows recordings from this one on. */
  readonly onFirst: (first: number) => void
}): ReactNode {
  const { run, list } = props
  const { recordings, title, total } = list
  const [chosen, setChosen] = useState<{ readonly stop: Stop; readonly playing: boolean }>(() => ({
    stop: startOf(list),
    playing: false,
  }))
  const [at, setAt] = useState(chosen.stop.at)
  const stops = useMemo(() => stopsOf(recordings), [recordings])
  const here: Stop = { index: chosen.stop.index, at }
  const recording = recordings[here.index]
  const go = (stop: Stop | undefined, playing: boolean): void => {
    if (stop !== undefined) setChosen({ stop, playing })
  }
  return (
    <div className={styles.screen} data-recording={recording?.label}>
      <header className={styles.head}>
        <h1>Recording</h1>
        <p>
          <a href={addressOf({ screen: 'run', run })}>{title}</a>{' '}
          <span className={styles.quiet}>
            {run} · {counted(total, 'recording')}
          </span>
        </p>
      </header>
      {recording === undefined ? (
        <p className={styles.nothing} role="status">
          Nothing was recorded in this run: no command has ended in it, and no terminal was closed.
          What runs now is shown in <a href={addressOf({ screen: 'run', run })}>the run</a> itself.
        </p>
      ) : (
        <div className={styles.columns}>
          <PlayerView
            key={recording.label}
            run={run}
            recording={recording}
            number={list.first + here.index + 1}
            total={total}
            start={chosen}
            onAt={setAt}
            onStep={(by, playing) => go((by > 0 ? stopAfter : stopBefore)(stops, here), playing)}
            onEnded={() =>
              go(
                stops.find(({ index }) => index > here.index),
                true,
              )
            }
          />
          <Outline
            recordings={recordings}
            first={list.first}
            here={here}
            onChoose={(stop) => go(stop, true)}
          >
            <Pages list={list} onFirst={props.onFirst} />
          </Outline>
        </div>
      )}
    </div>
  )
}

function startOf({ place, first, recordings }: List): Stop {
  const index = (place?.index ?? first) - first
  return recordings[index] === undefined ? { index: 0, at: 0 } : { index, at: place?.at ?? 0 }
}

/** Of a run with very many recordings only some are listed. */
function Pages({
  list: { first, recordings, total },
  onFirst,
}: {
  readonly list: List
  readonly onFirst: (first: number) => void
}): ReactNode {
  const after = first + recordings.length
  if (first === 0 && after === total) return null
  return (
    <p className={styles.pages}>
      {first > 0 && (
        <Button onClick={() => onFirst(Math.max(0, first - recordings.length))}>
          Earlier ({first})
        </Button>
      )}
      {after < total && <Button onClick={() => onFirst(after)}>Later ({total - after})</Button>}
    </p>
  )
}
