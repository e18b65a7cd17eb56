import {
  BookOpen,
  Cable,
  CircleDot,
  History,
  Keyboard,
  Search,
  Settings,
  ShieldCheck,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useApp } from './app-store.ts'
import styles from './app.module.css'
import { addressOf, type Route } from './route.ts'

interface Place {
  readonly route: Route
  readonly label: string
  readonly keys: string
  readonly icon: ReactNode
  readonly screens: readonly Route['screen'][]
}

const PLACES: readonly Place[] = [
  {
    route: { screen: 'library' },
    label: 'Library',
    keys: 'g l',
    icon: <BookOpen size={20} aria-hidden />,
    screens: ['library', 'start'],
  },
  {
    route: { screen: 'runs' },
    label: 'Runs',
    keys: 'g r',
    icon: <History size={20} aria-hidden />,
    screens: ['runs', 'evidence', 'report', 'audit'],
  },
  {
    route: { screen: 'verify' },
    label: 'Verify',
    keys: 'g v',
    icon: <ShieldCheck size={20} aria-hidden />,
    screens: ['verify'],
  },
  {
    route: { screen: 'connections' },
    label: 'Connections',
    keys: 'g n',
    icon: <Cable size={20} aria-hidden />,
    screens: ['connections'],
  },
  {
    route: { screen: 'settings' },
    label: 'Settings',
    keys: 'g s',
    icon: <Settings size={20} aria-hidden />,
    screens: ['settings'],
  },
]

/** Where one can go. The run that is going on has a place of its own as long as it does. */
export function Rail(props: {
  readonly route: Route
  readonly onKeys: () => void
  readonly onPalette: () => void
}): ReactNode {
  const { route } = props
  const going = useApp((state) => state.unfinished.find(({ open }) => open))
  const atGoing = route.screen === 'run' && route.run === going?.run
  return (
    <nav className={styles.rail} aria-label="Muster">
      <div className={styles.brand} aria-hidden>
        Muster
      </div>
      {PLACES.map((place) => (
        <a
          key={place.label}
          className={styles.place}
          href={addressOf(place.route)}
          title={`${place.label} (${place.keys})`}
          aria-current={
            place.screens.includes(route.screen) ||
            (place.label === 'Runs' && route.screen === 'run' && !atGoing)
              ? 'page'
              : undefined
          }
        >
          {place.icon}
          {place.label}
        </a>
      ))}
      {going && (
        <a
          className={styles.place}
          data-mode={going.mode}
          href={addressOf({ screen: 'run', run: going.run })}
          title={`${going.title} (g c)`}
          aria-current={atGoing ? 'page' : undefined}
          aria-label={`Going on: ${going.title}`}
        >
          <CircleDot size={20} aria-hidden />
          Now
        </a>
      )}
      <div className={styles.rest}>
        <button
          type="button"
          className={styles.place}
          title="Do or find anything (Ctrl+K)"
          onClick={props.onPalette}
        >
          <Search size={20} aria-hidden />
          Find
        </button>
        <button type="button" className={styles.place} title="Keys (?)" onClick={props.onKeys}>
          <Keyboard size={20} aria-hidden />
          Keys
        </button>
      </div>
    </nav>
  )
}
