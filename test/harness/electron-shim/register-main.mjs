import { registerHooks } from 'node:module'

/** Loaded with `node --import`: the program's `electron` becomes the shim, everything else stays real. */
const shim = new URL('./electron.mjs', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: shim, shortCircuit: true } : next(specifier, context),
})
