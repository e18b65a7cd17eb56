export function cruiseImports(root: string): Promise<{
  readonly modules: number
  readonly violations: readonly {
    readonly rule: { readonly name: string }
    readonly from: string
    readonly to: string
  }[]
}>

export function importedBy(
  path: string,
): readonly (readonly [source: string, typeOnly: boolean | undefined])[]
