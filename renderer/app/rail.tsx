import { BookOpen, History, Keyboard, Settings } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './app.module.css'
import { addressOf, type Route } from './route.ts'

interface Place {
  readonly route: Route
  readonly label: string
  readonly icon: ReactNode
  readonly screens: readonly Route['screen'][]
}

const PLACES: readonly Place[] = [
  {
    route: { screen: 'library' },
    label: 'Library',
    icon: <BookOpen size={20} aria-hidden />,
    screens: ['library', 'start'],
  },
  {
    route: { screen: 'runs' },
    label: 'Runs',
    icon: <History size={20} aria-hidden />,
    screens: ['runs', 'run'],
  },
  {
    route: { screen: 'settings' },
    label: 'Settings',
    icon: <Settings size={20} aria-hidden />,
    screens: ['settings'],
  },
]

/** Where one can go. */
export function Rail(props: { readonly route: Route; readonly onKeys: () => void }): ReactNode {
  return (
    <nav className={styles.rail} aria-label="Muster">
      <div className={styles.brand}>Muster</div>
      {PLACES.map(({ route, label, icon, screens }) => (
        <a
          key={label}
          className={styles.place}
          href={addressOf(route)}
          aria-current={screens.includes(props.route.screen) ? 'page' : undefined}
        >
          {icon}
          {label}
        </a>
      ))}
      <div className={styles.rest}>
        <button type="button" className={styles.place} onClick={props.onKeys}>
          <Keyboard size={20} aria-hidden />
          Keys
        </button>
      </div>
    </nav>
  )
}
