/** Brings every uploader of the gallery into its state with public means only: files, server responses and buttons. */
import type { FineUploaderElement } from '../../src/elements/fine-uploader-element.js';
import { waitForButton, createFile, waitForEvent, createPicture } from './gallery-files.js';

const pdf = 'application/pdf';
const zip = 'application/zip';

/** By the id of an uploader: the function that brings it into its state. */
const scenes: Readonly<Record<string, (uploader: FineUploaderElement) => unknown>> = {
  over: simulateDragOver,
  required: showValidationMessage,
  async uploading(uploader) {
    const moving = waitForEvents(uploader, 'uploadChunkSuccess', 4);
    uploader.addFiles([
      createFile('Summer in the Dolomites.mp4', 84_000_000, 'video/mp4'),
      createFile('Travel notes.docx', 1_240_000, 'application/msword'),
    ]);
    await moving;
  },
  async ready(uploader) {
    uploader.addFiles([createFile('Lease, signed.pdf', 412_000, pdf), await createPicture('Front door.jpg', 205)]);
  },
  async paused(uploader) {
    const moving = waitForEvents(uploader, 'uploadChunkSuccess', 2);
    uploader.addFiles(createFile('Archive 2019–2024.zip', 1_100_000, zip));
    await moving;
    uploader.pauseUpload(0);
  },
  retrying: (uploader) => addAndWait(uploader, [createFile('Quarterly figures.xlsx', 96_000)], 'retrying upload'),
  finalizing: (uploader) => addAndWait(uploader, [createFile('Interview.wav', 390_000, 'audio/wav')], 'upload finalizing'),
  async done(uploader) {
    await addAndWait(
      uploader,
      [createFile('Contract.pdf', 184_000, pdf), await createPicture('Harbour at dawn.jpg', 330), createFile('Sources.zip', 940_000, zip)],
      'upload successful',
    );
  },
  failed: (uploader) => addAndWait(uploader, [createFile('Scan of all pages.pdf', 730_000, pdf)], 'upload failed'),
  refused: (uploader) =>
    addAndWait(
      uploader,
      [
        createFile('Wedding, uncut.jpg', 48_000_000, 'image/jpeg'),
        createFile('setup.exe', 120_000),
        createFile('Nothing in it.pdf', 0, pdf),
      ],
      'rejected',
    ),
  async deleting(uploader) {
    await addAndWait(uploader, [createFile('Old price list.pdf', 66_000, pdf)], 'upload successful');
    uploader.deleteFile(0);
  },
  async locked(uploader) {
    await addAndWait(uploader, [createFile('Statement of the witness.pdf', 58_000, pdf)], 'upload successful');
    const refused = waitForEvent(uploader, 'deleteComplete');
    uploader.deleteFile(0);
    await refused;
  },
  many: (uploader) =>
    addAndWait(
      uploader,
      Array.from({ length: 2000 }, (_, index) => createFile(`Invoice ${String(index + 1).padStart(4, '0')}.pdf`, 20_000 + 37 * index, pdf)),
      'submitted',
    ),
  async pictures(uploader) {
    const drawn = [...['Alps', 'Dunes', 'Fjord', 'Moor'].entries()].map(([index, name]) =>
      createPicture(`${name}.jpg`, 200 + 70 * index, index === 2 ? [600, 900] : [960, 640]),
    );
    await addAndWait(uploader, await Promise.all(drawn), 'upload successful');
  },
  names: (uploader) =>
    addAndWait(
      uploader,
      [
        createFile(
          'A report on the state of the northern footpaths after the storms of last winter, with photographs and a list of what is to be done first.final.v7.docx',
          3_200_000,
        ),
        createFile(
          `${'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2)}.txt`,
          900,
          'text/plain',
        ),
        createFile('<img src=x onerror=alert(1)>.svg', 2_100),
        createFile('تقرير السنة 2024.pdf', 210_000, pdf),
      ],
      'submitted',
    ),
  async rename(uploader) {
    // The dialogs in the frames take the focus, which ends the editing of a name.
    await Promise.all([...document.querySelectorAll('iframe')].map(waitForDialog));
    uploader.addFiles([createFile('IMG_20240817_183042.jpg', 2_400_000), createFile('IMG_20240817_183107.jpg', 2_600_000)]);
    (await waitForButton(uploader, 'rename')).click();
    await waitForButton(uploader, 'edit');
    scrollTo(0, 0);
  },
  async arabic(uploader) {
    const moving = waitForEvents(uploader, 'uploadChunkSuccess', 2);
    uploader.addFiles([createFile('صور الرحلة.zip', 1_500_000, zip), createFile('Passport.pdf', 150_000, pdf)]);
    await moving;
    uploader.pauseUpload(0);
  },
  german: (uploader) =>
    addAndWait(
      uploader,
      [createFile('Übergabeprotokoll.pdf', 1_348_000, pdf), createFile('Bauzeichnungen.tiff', 12_500_000)],
      'upload successful',
    ),
  japanese: (uploader) =>
    addAndWait(uploader, [createFile('議事録.docx', 84_000), createFile('見積書.pdf', 122_000, pdf)], 'upload successful'),
};

const main = document.querySelector('main');
main?.setAttribute('aria-busy', 'true');
await customElements.whenDefined('fine-uploader');
await Promise.all(
  [...document.querySelectorAll<FineUploaderElement>('fine-uploader')].map(async (uploader) => {
    await uploader.updateComplete;
    await scenes[uploader.id]?.(uploader);
  }),
);
main?.removeAttribute('aria-busy');

/** Adds files and waits until one of them has the status. */
async function addAndWait(uploader: FineUploaderElement, files: File[], status: string): Promise<void> {
  const reached = waitForEvent<{ newStatus: string | null }>(uploader, 'statusChange', ({ newStatus }) => newStatus === status);
  uploader.addFiles(files);
  await reached;
}

function waitForEvents(uploader: FineUploaderElement, name: string, count: number): Promise<void> {
  let left = count;
  return waitForEvent(uploader, name, () => --left === 0);
}

/** Resolves when a frame shows its dialog. */
async function waitForDialog(frame: HTMLIFrameElement): Promise<void> {
  while (!frame.contentDocument?.querySelector('fine-uploader')?.shadowRoot?.querySelector('dialog[open]'))
    await new Promise(requestAnimationFrame);
}

/** Dispatches the event of a drag: a page cannot start a real one. */
function simulateDragOver(uploader: FineUploaderElement): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(createFile('a.pdf', 10));
  uploader.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true, cancelable: true }));
}

/** Shows the validation message that the browser shows when the form is submitted. */
function showValidationMessage(uploader: FineUploaderElement): void {
  const output = document.getElementById('required-message');
  const update = (): void => {
    if (output) output.textContent = uploader.validationMessage;
  };
  uploader.addEventListener('invalid', update);
  uploader.addEventListener('complete', () => requestAnimationFrame(update));
  document.getElementById('letter')?.addEventListener('submit', (event) => event.preventDefault());
  uploader.checkValidity();
}
