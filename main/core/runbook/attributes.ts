import type { Diagnostics } from './diagnostics.ts'
import { parseDuration } from './duration.ts'
import type { Attribute } from './info-string.ts'
import type { Verb } from './model.ts'

/** The attributes that stand behind the verb of a fence. */

const SHARED = ['on', 'timeout', 'max', 'capture'] as const
/** Those that each verb knows. */
export const ATTRIBUTES: Readonly<Record<Verb, readonly string[]>> = {
  run: [...SHARED, 'exit', 'status', 'session', 'pty'],
  check: [...SHARED, 'exit', 'status', 'session', 'pty', 'every', 'for'],
  rollback: [...SHARED, 'exit', 'status', 'session', 'pty'],
  terminal: ['on', 'timeout', 'exit'],
  upload: ['on', 'timeout', 'max'],
  download: ['on', 'timeout', 'max'],
  expect: ['match'],
  standin: [],
}

/** Reads the attributes of one fence; each reader says what is wrong with its value. */
export class Attributes {
  readonly #byName = new Map<string, Attribute>()
  readonly #diagnostics: Diagnostics

  constructor(attributes: readonly Attribute[], verb: Verb, diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics
    for (const attribute of attributes) {
      if (!ATTRIBUTES[verb].includes(attribute.name)) {
        const elsewhere = Object.values(ATTRIBUTES).some((names) => names.includes(attribute.name))
        if (elsewhere) {
          diagnostics.add(
            'attribute-misplaced',
            attribute.range,
            `“${attribute.name}” has no meaning on a block with the verb ${verb}.`,
          )
        } else {
          diagnostics.addUnknown(
            'unknown-attribute',
            attribute.range,
            attribute.name,
            `an attribute of ${verb}`,
            ATTRIBUTES[verb],
          )
        }
      } else if (this.#byName.has(attribute.name)) {
        diagnostics.add('attribute-twice', attribute.range, `“${attribute.name}” is given twice.`)
      } else this.#byName.set(attribute.name, attribute)
    }
  }

  flag(name: string): boolean {
    const attribute = this.#byName.get(name)
    if (
      attribute?.value !== undefined &&
      attribute.value !== 'true' &&
      attribute.value !== 'false'
    ) {
      this.#bad(attribute, 'Write it alone, or with true or false')
    }
    return attribute !== undefined && attribute.value !== 'false'
  }

  text(name: string, pattern: RegExp, hint: string): string | undefined {
    const attribute = this.#byName.get(name)
    if (attribute === undefined) return undefined
    if (attribute.value !== undefined && pattern.test(attribute.value)) return attribute.value
    this.#bad(attribute, hint)
    return undefined
  }

  duration(name: string): number | undefined {
    const attribute = this.#byName.get(name)
    if (attribute === undefined) return undefined
    const milliseconds = parseDuration(attribute.value ?? '')
    if (milliseconds === undefined) {
      const isNumber = /^\d{1,9}$/u.test(attribute.value ?? '')
      if (isNumber) {
        this.#diagnostics.add(
          'attribute-value',
          attribute.range,
          `“${name}” needs a unit.`,
          `${name}=${attribute.value}s`,
        )
      } else this.#bad(attribute, 'Write a duration such as 500ms, 90s or 5m')
    }
    return milliseconds
  }

  numbers(name: string, least: number, most: number): number[] | undefined {
    const attribute = this.#byName.get(name)
    if (attribute === undefined) return undefined
    const words = (attribute.value ?? '').split(',')
    const numbers = words.map((word) => (/^\d{1,3}$/u.test(word) ? Number(word) : -1))
    if (numbers.every((number) => number >= least && number <= most)) return numbers
    this.#bad(attribute, `Write numbers from ${least} to ${most}, with commas between them`)
    return undefined
  }

  get(name: string): Attribute | undefined {
    return this.#byName.get(name)
  }

  #bad(attribute: Attribute, hint: string): void {
    this.#diagnostics.add(
      'attribute-value',
      attribute.range,
      `“${attribute.name}=${attribute.value ?? ''}” cannot be used. ${hint}.`,
    )
  }
}
