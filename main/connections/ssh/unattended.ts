import type { Prompter, Secrets } from '../../engine/ports.ts'

/** Secrets and questions for a connection that is made while nobody asked for one. */
export interface Unattended {
  readonly secrets: Secrets
  readonly prompter: Prompter
  /** What only a person could have given; undefined when nobody was missed. */
  needed(): string | undefined
}

/**
 * Gives what is remembered and what needs nobody. A program or a keychain may ask a person too, so they are not used
 * again by themselves.
 */
export function unattended(secrets: Secrets): Unattended {
  let missed: string | undefined
  return {
    needed: () => missed,
    prompter: {
      ask(question) {
        missed ??= question.title
        return Promise.resolve({
          kind: 'declined',
          why: 'Nobody is asked while a connection is made by itself.',
        })
      },
    },
    secrets: {
      async get(source, purpose, signal) {
        if (source.from === 'environment') return await secrets.get(source, purpose, signal)
        const value = secrets.remembered?.(source, purpose)
        if (value !== undefined) return { value }
        missed ??= `the ${purpose.label}`
        return { problem: `The ${purpose.label} is needed.` }
      },
      refuse: (source, purpose) => secrets.refuse(source, purpose),
      learn: (value) => secrets.learn(value),
      values: () => secrets.values(),
    },
  }
}
