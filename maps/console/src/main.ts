// Starts the console.
import '@fontsource-variable/noto-sans-sc/wght.css'
import '@kit/look/tokens.css'
import '@kit/look/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'

// Files of this page are gone after an update of the program: take the new page.
window.addEventListener('vite:preloadError', () => location.reload())

createApp(App).use(createPinia()).use(router).mount('#app')
