import { createApp, ref } from 'vue/dist/vue.esm-bundler.js';

const app = createApp({
  setup() {
    const names = ref([]);
    const disabled = ref(false);
    const shown = ref(true);
    const uploader = ref(null);
    const params = { album: 'Holiday' };
    return { names, disabled, shown, uploader, params };
  },
  template: `<main>
    <fine-uploader v-if="shown" ref="uploader" endpoint="/uploads" multiple manual-upload :disabled="disabled" :params="params"
      @complete="names.push($event.detail.name)"><p slot="empty">Nothing yet</p></fine-uploader>
    <button @click="uploader.uploadStoredFiles()">Upload</button>
    <button @click="disabled = !disabled">Toggle</button>
    <button @click="shown = !shown">Show</button>
    <output>{{ names.join(', ') }}</output>
  </main>`,
});
app.config.compilerOptions.isCustomElement = (tag) => tag.startsWith('fine-uploader');
app.mount('#app');
