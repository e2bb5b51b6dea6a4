// Words of the part 'board', in English.
import type { board as chinese } from '../zh/board'

export const board: typeof chinese = {}
