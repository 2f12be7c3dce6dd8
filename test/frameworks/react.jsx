import { createElement, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

function App() {
  const [names, setNames] = useState([]);
  const [disabled, setDisabled] = useState(false);
  const [shown, setShown] = useState(true);
  const uploader = useRef(null);
  return (
    <main>
      {shown && (
        <fine-uploader
          ref={uploader}
          endpoint="/uploads"
          multiple
          manualUpload
          disabled={disabled}
          params={{ album: 'Holiday' }}
          oncomplete={({ detail }) => setNames((before) => [...before, detail.name])}
        >
          <p slot="empty">Nothing yet</p>
        </fine-uploader>
      )}
      <button onClick={() => uploader.current.uploadStoredFiles()}>Upload</button>
      <button onClick={() => setDisabled(!disabled)}>Toggle</button>
      <button onClick={() => setShown(!shown)}>Show</button>
      <output>{names.join(', ')}</output>
    </main>
  );
}

createRoot(document.querySelector('#app')).render(createElement(App));
