import { redactText, SHORTEST_SECRET } from '../core/evidence/redact.ts'
import type { Command } from '../core/run/commands.ts'

/**
 * What must never be recorded of one run: the values of its secret inputs, which only this process has, and what
 * connections were opened with.
 */
export class RunSecrets {
  readonly #inputs = new Map<string, string>()
  readonly #connections: () => readonly string[]
  /** Everything to be redacted, and from what it was put together. */
  #hiding: { readonly of: readonly string[]; readonly all: readonly string[] } | undefined

  /** `connections`: secrets of connections; the same list as long as nothing has come. */
  constructor(connections: () => readonly string[]) {
    this.#connections = connections
  }

  provide(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) this.#inputs.set(name, value)
    this.#hiding = undefined
  }

  /** Whether the value of a secret input is here. */
  has(name: string): boolean {
    return this.#inputs.has(name)
  }

  /** Secret inputs by name, for those who run something with them. */
  get inputs(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#inputs)
  }

  /** Every value that is looked for. */
  get hidden(): readonly string[] {
    const of = this.#connections()
    if (this.#hiding?.of !== of) this.#hiding = { of, all: [...this.#inputs.values(), ...of] }
    return this.#hiding.all
  }

  redact(text: string): string {
    return redactText(text, this.hidden)
  }

  /**
   * The end of “The text contains …”, where a command has a secret in it that cannot be taken out: what runs and what is
   * approved is recorded exactly.
   */
  quoted(command: Command): string | undefined {
    const text =
      command.type === 'block.run'
        ? command.edit?.text
        : command.type === 'approval.grant' || command.type === 'approval.refuse'
          ? command.text
          : undefined
    if (text === undefined) return undefined
    for (const [name, value] of this.#inputs) {
      if (value.length >= SHORTEST_SECRET && text.includes(value))
        return `the value of ${name}, which must never be recorded. Write $${name} instead.`
    }
    if (this.redact(text) === text) return undefined
    return 'a password or another secret, which must never be recorded. Take it out.'
  }

  /** A secret typed into a reason, a note or an edited command is not recorded either. */
  redactCommand<T extends Command>(command: T): T {
    if (this.hidden.length === 0) return command
    return redactMembers(command, (text) => this.redact(text))
  }
}

/** A copy with every text in it redacted, however deep. */
function redactMembers<T extends object>(value: T, redact: (text: string) => string): T {
  const of = (member: unknown): unknown => {
    if (typeof member === 'string') return redact(member)
    if (Array.isArray(member)) return member.map(of)
    return typeof member === 'object' && member !== null ? redactMembers(member, redact) : member
  }
  const copy = { ...value }
  for (const [key, member] of Object.entries(copy)) Object.assign(copy, { [key]: of(member) })
  return copy
}
