// One file after another: each has a server and a browser of its own, and the machine is small.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    // A machine that builds something beside may be slow for a moment; what fails twice is wrong.
    retry: 1,
  },
})
