export function cruiseImports(root: string): Promise<{
  readonly modules: number
  readonly violations: readonly {
    readonly rule: { readonly name: string }
    readonly from: string
    readonly to: string
  }[]
}>
