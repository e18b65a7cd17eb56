/** Names of values that cannot be environment variables of any program, with the reason in words. */
export function unusableValue(values: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(values)) {
    if (value.includes('\0'))
      return `The value of ${name} contains a NUL character, which no environment variable can hold.`
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name))
      return `${name} cannot be the name of an environment variable.`
  }
  return undefined
}

/** A text or values that no shell can be handed, in words. */
export function unusable(
  text: string,
  values: Readonly<Record<string, string>>,
): string | undefined {
  if (text.includes('\0')) return 'The text contains a NUL character, which no shell can be given.'
  return unusableValue(values)
}
