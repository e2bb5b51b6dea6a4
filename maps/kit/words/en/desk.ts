// Words of the part 'desk', in English.
import type { desk as chinese } from '../zh/desk'

export const desk: typeof chinese = {}
