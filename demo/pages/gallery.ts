/** Brings every uploader of the gallery into its state, by the ways that a person and a page have: files, the server's answers, buttons. */
import type { FineUploaderElement } from '../../src/elements/fine-uploader-element.js';
import { buttonOf, fileOf, heard, pictureOf } from './gallery-files.js';

const pdf = 'application/pdf';
const zip = 'application/zip';

/** What happens to the uploader with this id. Resolves when it is in its state. */
const scenes: Readonly<Record<string, (uploader: FineUploaderElement) => unknown>> = {
  over: dragOver,
  required: sayWhy,
  async uploading(uploader) {
    const moving = times(uploader, 'uploadChunkSuccess', 4);
    uploader.addFiles([
      fileOf('Summer in the Dolomites.mp4', 84_000_000, 'video/mp4'),
      fileOf('Travel notes.docx', 1_240_000, 'application/msword'),
    ]);
    await moving;
  },
  async ready(uploader) {
    uploader.addFiles([fileOf('Lease, signed.pdf', 412_000, pdf), await pictureOf('Front door.jpg', 205)]);
  },
  async paused(uploader) {
    const moving = times(uploader, 'uploadChunkSuccess', 2);
    uploader.addFiles(fileOf('Archive 2019–2024.zip', 1_100_000, zip));
    await moving;
    uploader.pauseUpload(0);
  },
  retrying: (uploader) => adding(uploader, [fileOf('Quarterly figures.xlsx', 96_000)], 'retrying upload'),
  finalizing: (uploader) => adding(uploader, [fileOf('Interview.wav', 390_000, 'audio/wav')], 'upload finalizing'),
  async done(uploader) {
    await adding(
      uploader,
      [fileOf('Contract.pdf', 184_000, pdf), await pictureOf('Harbour at dawn.jpg', 330), fileOf('Sources.zip', 940_000, zip)],
      'upload successful',
    );
  },
  failed: (uploader) => adding(uploader, [fileOf('Scan of all pages.pdf', 730_000, pdf)], 'upload failed'),
  refused: (uploader) =>
    adding(
      uploader,
      [fileOf('Wedding, uncut.jpg', 48_000_000, 'image/jpeg'), fileOf('setup.exe', 120_000), fileOf('Nothing in it.pdf', 0, pdf)],
      'rejected',
    ),
  async deleting(uploader) {
    await adding(uploader, [fileOf('Old price list.pdf', 66_000, pdf)], 'upload successful');
    uploader.deleteFile(0);
  },
  async locked(uploader) {
    await adding(uploader, [fileOf('Statement of the witness.pdf', 58_000, pdf)], 'upload successful');
    const refused = heard(uploader, 'deleteComplete');
    uploader.deleteFile(0);
    await refused;
  },
  many: (uploader) =>
    adding(
      uploader,
      Array.from({ length: 2000 }, (_, index) => fileOf(`Invoice ${String(index + 1).padStart(4, '0')}.pdf`, 20_000 + 37 * index, pdf)),
      'submitted',
    ),
  async pictures(uploader) {
    const drawn = [...['Alps', 'Dunes', 'Fjord', 'Moor'].entries()].map(([index, name]) =>
      pictureOf(`${name}.jpg`, 200 + 70 * index, index === 2 ? [600, 900] : [960, 640]),
    );
    await adding(uploader, await Promise.all(drawn), 'upload successful');
  },
  names: (uploader) =>
    adding(
      uploader,
      [
        fileOf(
          'A report on the state of the northern footpaths after the storms of last winter, with photographs and a list of what is to be done first.final.v7.docx',
          3_200_000,
        ),
        fileOf(`${'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2)}.txt`, 900, 'text/plain'),
        fileOf('<img src=x onerror=alert(1)>.svg', 2_100),
        fileOf('تقرير السنة 2024.pdf', 210_000, pdf),
      ],
      'submitted',
    ),
  async rename(uploader) {
    // Their dialogs take the focus, which would end the editing of a name.
    await Promise.all([...document.querySelectorAll('iframe')].map(dialogIn));
    uploader.addFiles([fileOf('IMG_20240817_183042.jpg', 2_400_000), fileOf('IMG_20240817_183107.jpg', 2_600_000)]);
    (await buttonOf(uploader, 'rename')).click();
    await buttonOf(uploader, 'edit');
    scrollTo(0, 0);
  },
  async arabic(uploader) {
    const moving = times(uploader, 'uploadChunkSuccess', 2);
    uploader.addFiles([fileOf('صور الرحلة.zip', 1_500_000, zip), fileOf('Passport.pdf', 150_000, pdf)]);
    await moving;
    uploader.pauseUpload(0);
  },
  german: (uploader) =>
    adding(uploader, [fileOf('Übergabeprotokoll.pdf', 1_348_000, pdf), fileOf('Bauzeichnungen.tiff', 12_500_000)], 'upload successful'),
  japanese: (uploader) => adding(uploader, [fileOf('議事録.docx', 84_000), fileOf('見積書.pdf', 122_000, pdf)], 'upload successful'),
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

/** Adds files, and waits until the first of them that comes to it has this status. */
async function adding(uploader: FineUploaderElement, files: File[], status: string): Promise<void> {
  const reached = heard<{ newStatus: string | null }>(uploader, 'statusChange', ({ newStatus }) => newStatus === status);
  uploader.addFiles(files);
  await reached;
}

function times(uploader: FineUploaderElement, name: string, count: number): Promise<void> {
  let left = count;
  return heard(uploader, name, () => --left === 0);
}

/** Resolves when a frame shows its dialog. */
async function dialogIn(frame: HTMLIFrameElement): Promise<void> {
  while (!frame.contentDocument?.querySelector('fine-uploader')?.shadowRoot?.querySelector('dialog[open]'))
    await new Promise(requestAnimationFrame);
}

/** A drag as the browser would tell of it: no page can make a real one. */
function dragOver(uploader: FineUploaderElement): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(fileOf('a.pdf', 10));
  uploader.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true, cancelable: true }));
}

/** What the browser would say in a bubble when the form is sent. */
function sayWhy(uploader: FineUploaderElement): void {
  const says = document.getElementById('required-says');
  const say = (): void => {
    if (says) says.textContent = uploader.validationMessage;
  };
  uploader.addEventListener('invalid', say);
  uploader.addEventListener('complete', () => requestAnimationFrame(say));
  document.getElementById('letter')?.addEventListener('submit', (event) => event.preventDefault());
  uploader.checkValidity();
}
