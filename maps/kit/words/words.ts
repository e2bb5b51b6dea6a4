// Which language a page speaks, and its words. Chinese first; the choice is kept on this computer.
import { computed, ref } from 'vue'
import { en } from './en'
import { type Words, zh } from './zh'

export type Language = 'zh' | 'en'
const KEPT = 'lamplighter.language'

function kept(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

export const language = ref<Language>(kept())
export const words = computed<Words>(() => (language.value === 'zh' ? zh : en))

export function speak(next: Language): void {
  language.value = next
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  try {
    localStorage.setItem(KEPT, next)
  } catch {
    // A browser without storage forgets the choice with the page.
  }
}

/** Of two sentences of the server the one in the language of the page. */
export function said(of: { text: string; text_en: string }): string {
  return language.value === 'zh' ? of.text : of.text_en
}
