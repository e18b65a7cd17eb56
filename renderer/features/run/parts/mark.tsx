import {
  AlertTriangle,
  Ban,
  Check,
  CheckCheck,
  Circle,
  CircleDot,
  CircleHelp,
  CircleSlash,
  LoaderCircle,
  SkipForward,
  Undo2,
  X,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { BlockStatus, StepStatus } from '../../../../main/core/run/state.ts'
import { BLOCK_WORDS, STEP_WORDS, type Tone } from '../../../../main/core/report/words.ts'
import styles from './parts.module.css'

const STEP_ICONS: Readonly<Record<StepStatus, LucideIcon>> = {
  pending: Circle,
  active: CircleDot,
  done: Check,
  failed: X,
  skipped: SkipForward,
  'not-needed': CircleSlash,
  'rolling-back': Undo2,
  'rolled-back': Undo2,
}

const BLOCK_ICONS: Readonly<Record<BlockStatus, LucideIcon>> = {
  idle: Circle,
  running: LoaderCircle,
  passed: Check,
  failed: X,
  unknown: CircleHelp,
  done: CheckCheck,
  'gave-up': Ban,
}

/** An icon, a word and a colour: never one of them alone. */
export function Mark(props: {
  readonly icon: LucideIcon
  readonly word: string
  readonly tone: Tone
  readonly quiet?: boolean
}): ReactNode {
  const Icon = props.icon
  return (
    <span
      className={styles.mark}
      data-tone={props.tone}
      data-quiet={props.quiet === true ? '' : undefined}
    >
      <Icon aria-hidden size="1em" strokeWidth={2.5} />
      {props.word}
    </span>
  )
}

export function StepMark({ status }: { readonly status: StepStatus }): ReactNode {
  return <Mark icon={STEP_ICONS[status]} {...STEP_WORDS[status]} />
}

export function BlockMark({ status }: { readonly status: BlockStatus }): ReactNode {
  return <Mark icon={BLOCK_ICONS[status]} {...BLOCK_WORDS[status]} />
}

/** The icon of a step's state alone, for a list where the word stands beside it. */
export function StepIcon({ status }: { readonly status: StepStatus }): ReactNode {
  const Icon = STEP_ICONS[status]
  return (
    <span className={styles.icon} data-tone={STEP_WORDS[status].tone}>
      <Icon aria-hidden size="1.1em" strokeWidth={2.5} />
    </span>
  )
}

export function Warning({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <span className={styles.warning}>
      <AlertTriangle aria-hidden size="1em" /> <span>{children}</span>
    </span>
  )
}
