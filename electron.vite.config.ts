import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

/** Parts with native code, or that only exist inside Electron, stay outside of the bundles. */
const external = ['electron', 'better-sqlite3', '@lydell/node-pty', /^node:/u]

/**
 * ssh2 looks for native helpers that are never built here, and does without them when requiring one fails. A bundler
 * wants every import to be there, so it gets an empty one.
 */
const withoutNativeHelpers = {
  name: 'without-native-helpers-of-ssh2',
  enforce: 'pre' as const,
  resolveId: (id: string) =>
    id === 'cpu-features' || id.endsWith('/sshcrypto.node') ? '\0no-native-helper' : undefined,
  load: (id: string) => (id === '\0no-native-helper' ? 'module.exports = undefined' : undefined),
}

export default defineConfig({
  main: {
    plugins: [withoutNativeHelpers],
    build: {
      outDir: 'out/main',
      target: 'node22',
      externalizeDeps: false,
      rollupOptions: {
        input: {
          electron: 'main/hosts/electron/main.ts',
          engine: 'main/hosts/electron/engine.ts',
          web: 'main/hosts/web/main.ts',
          cli: 'main/hosts/cli/main.ts',
        },
        external,
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node24',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: 'preload/index.ts' },
        external: ['electron'],
        // A sandboxed preload must be CommonJS and one file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      target: 'chrome146',
      rollupOptions: { input: 'renderer/index.html' },
    },
  },
})
