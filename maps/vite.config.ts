// How the console is built: one page, served under /console/, nothing from anywhere else.
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.LAMPLIGHTER_DEV_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: here('./console'),
  base: '/console/',
  // Addresses in templates are those of the server, not of files.
  plugins: [vue({ template: { transformAssetUrls: false } })],
  resolve: { alias: { '@kit': here('./kit') } },
  build: {
    outDir: process.env.WEB_OUT ?? here('./dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    // Styles and scripts are files: the content security policy forbids inline ones.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/api': { target: server, ws: true }, '/readyz': server, '/assets/mark.svg': server } },
})
