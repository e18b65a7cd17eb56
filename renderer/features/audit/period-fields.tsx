import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import styles from './audit.module.css'
import {
  beside,
  inKind,
  PERIOD_KINDS,
  typed,
  type ChosenPeriod,
  type PeriodChoice,
  type PeriodKind,
} from './period-choice.ts'

const KIND_WORDS: Readonly<Record<PeriodKind, string>> = {
  quarter: 'Quarter',
  month: 'Month',
  year: 'Year',
  between: 'From – to',
}

const ZONES = Intl.supportedValuesOf('timeZone')

/** Which period, and by whose clocks. */
export function PeriodFields(props: {
  readonly choice: PeriodChoice
  readonly chosen: ChosenPeriod
  readonly onChange: (choice: PeriodChoice) => void
}): ReactNode {
  const { choice, chosen, onChange } = props
  const zones = useId()
  const problem = (field: 'from' | 'to' | 'zone'): string | undefined =>
    !chosen.ok && chosen.problem.field === field ? chosen.problem.message : undefined
  const isBetween = choice.kind === 'between'
  return (
    <>
      <fieldset className={styles.kinds}>
        <legend className="visually-hidden">Kind of period</legend>
        {PERIOD_KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="radio"
              name="period-kind"
              checked={choice.kind === kind}
              onChange={() => onChange(inKind(choice, kind, Date.now()))}
            />
            {KIND_WORDS[kind]}
          </label>
        ))}
      </fieldset>
      <div className={styles.fields}>
        {!isBetween && <Beside choice={choice} by={-1} onChange={onChange} />}
        <Field label={isBetween ? 'From' : KIND_WORDS[choice.kind]} problem={problem('from')}>
          {({ id, describedBy, invalid }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              autoComplete="off"
              spellCheck={false}
              value={choice.from}
              onChange={({ target }) => onChange(typed(choice, target.value))}
            />
          )}
        </Field>
        {!isBetween && <Beside choice={choice} by={1} onChange={onChange} />}
        {isBetween && (
          <Field label="To, and with it" problem={problem('to')}>
            {({ id, describedBy, invalid }) => (
              <input
                id={id}
                aria-describedby={describedBy}
                aria-invalid={invalid}
                autoComplete="off"
                spellCheck={false}
                value={choice.to}
                onChange={({ target }) => onChange({ ...choice, to: target.value })}
              />
            )}
          </Field>
        )}
        <Field label="Time zone" problem={problem('zone')}>
          {({ id, describedBy, invalid }) => (
            <>
              <input
                id={id}
                aria-describedby={describedBy}
                aria-invalid={invalid}
                list={zones}
                autoComplete="off"
                spellCheck={false}
                value={choice.zone}
                onChange={({ target }) => onChange({ ...choice, zone: target.value })}
              />
              <datalist id={zones}>
                {ZONES.map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
    </>
  )
}

function Beside(props: {
  readonly choice: PeriodChoice
  readonly by: 1 | -1
  readonly onChange: (choice: PeriodChoice) => void
}): ReactNode {
  const next = beside(props.choice, props.by)
  const Icon = props.by < 0 ? ChevronLeft : ChevronRight
  return (
    <Button
      aria-label={
        next === undefined
          ? props.by < 0
            ? 'Earlier'
            : 'Later'
          : `${props.by < 0 ? 'Earlier' : 'Later'}: ${next.from}`
      }
      disabled={next === undefined}
      onClick={() => next !== undefined && props.onChange(next)}
    >
      <Icon size={18} aria-hidden />
    </Button>
  )
}
