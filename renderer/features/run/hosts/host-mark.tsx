import {
  Ban,
  Check,
  CheckCheck,
  Circle,
  CircleDashed,
  CircleHelp,
  CircleSlash,
  LoaderCircle,
  X,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { HOST_WORDS, type HostLook } from '../model/hosts.ts'
import { Mark } from '../parts/mark.tsx'

const ICONS: Readonly<Record<HostLook, LucideIcon>> = {
  idle: Circle,
  waiting: CircleDashed,
  'not-sent': CircleSlash,
  running: LoaderCircle,
  passed: Check,
  failed: X,
  unknown: CircleHelp,
  done: CheckCheck,
  'gave-up': Ban,
}

/** The state of one host by shape, word and colour. `count`: of so many hosts. */
export function HostMark(props: { readonly look: HostLook; readonly count?: number }): ReactNode {
  const { look, count } = props
  const { word, tone } = HOST_WORDS[look]
  return (
    <Mark
      icon={ICONS[look]}
      word={count === undefined ? word : `${count} ${word.toLowerCase()}`}
      tone={tone}
      quiet={look === 'passed' || look === 'waiting'}
    />
  )
}
